/** From examples to trained models: mini-batches, optimizer, trainer, models. */
package lfnn.train;
