/** Learning rules: how an error reaches the weights. */
package lfnn.rule;
