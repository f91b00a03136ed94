/** Commands that run experiments and show their results. */
@NullMarked
package lfnn.experiment;

import org.jspecify.annotations.NullMarked;
