package lfnn.train;

/**
 * The two things that the accuracy of a one-vs-all network may mean.
 *
 * @param argmax share of the examples whose class has the largest of the outputs
 * @param binary share of right answers, over all examples and classes, to the question whether the
 *     example is of the class: yes if the output is above one half. Who always says no is right for
 *     all classes but one
 */
public record Accuracy(double argmax, double binary) {}
