/**
 * Data sets as the trainer reads them, the files they come from, and the encoding of table columns.
 *
 * <p>Nothing here knows Weka, MOA or ND4J. Arrays that leave this package for the network are
 * feature-major: element (example, feature) of a batch of N examples is at {@code feature * N +
 * example}.
 */
@NullMarked
package lfnn.data;

import org.jspecify.annotations.NullMarked;
