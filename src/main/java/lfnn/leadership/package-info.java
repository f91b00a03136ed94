/** From worker errors to leaders, from leaders to error signals; and the statistics of who led. */
package lfnn.leadership;
