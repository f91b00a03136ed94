/** Figures from training reports, as pictures. */
@NullMarked
package lfnn.plot;

import org.jspecify.annotations.NullMarked;
