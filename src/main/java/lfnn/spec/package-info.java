/**
 * What a network is and how it learns, as immutable records that validate themselves.
 *
 * <p>Nothing here loads ND4J, so that option editors and command lines can be used without natives.
 */
package lfnn.spec;
