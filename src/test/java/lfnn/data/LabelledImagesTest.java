package lfnn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class LabelledImagesTest {

  private static final InputShape SHAPE = new InputShape(1, 1, 2);
  private static final List<String> NAMES = List.of("cat", "dog", "frog");

  @Test
  void keepsWhatItWasGiven() {
    byte[] pixels = {0, 51, (byte) 255, 102};
    int[] labels = {2, 0};
    LabelledImages images = new LabelledImages(SHAPE, pixels, labels, NAMES);
    assertThat(images.shape()).isEqualTo(SHAPE);
    assertThat(images.size()).isEqualTo(2);
    assertThat(images.pixels()).isSameAs(pixels);
    assertThat(images.labels()).isSameAs(labels);
    assertThat(images.classNames()).containsExactly("cat", "dog", "frog");
  }

  @Test
  void aPermutationMovesThePixelsOfEachImage() {
    byte[] pixels = {0, 51, (byte) 255, 102};
    LabelledImages images = new LabelledImages(SHAPE, pixels, new int[] {2, 0}, NAMES);
    LabelledImages permuted = images.permuted(new int[] {1, 0});
    assertThat(permuted.pixels()).containsExactly(51, 0, 102, (byte) 255);
    assertThat(permuted.labels()).containsExactly(2, 0);
    assertThat(pixels).containsExactly(0, 51, (byte) 255, 102);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> images.permuted(new int[] {0}))
        .withMessage("a permutation of the pixels of 1x1x2 has 2, not 1");
  }

  @Test
  void isADatasetOfPixelsOnTheUnitInterval() {
    byte[] pixels = {0, 51, (byte) 255, 102};
    Dataset data = new LabelledImages(SHAPE, pixels, new int[] {2, 0}, NAMES).dataset();
    assertThat(data.size()).isEqualTo(2);
    assertThat(data.shape()).isEqualTo(SHAPE);
    assertThat(data.classes()).isEqualTo(3);
    assertThat(data.target(0)).isEqualTo(2);
    assertThat(data.target(1)).isZero();
    assertThat(data.weight(1)).isEqualTo(1);
    assertThat(data.feature(0, 1)).isEqualTo(0.2f);
    assertThat(data.feature(1, 0)).isEqualTo(1);
  }

  @Test
  void numbersNameClassesWithoutNames() {
    assertThat(LabelledImages.numbers(3)).containsExactly("0", "1", "2");
  }

  @Test
  void refusesWhatDoesNotBelongTogether() {
    refuses(new byte[0], new int[0], NAMES, "there must be at least one image");
    refuses(new byte[3], new int[2], NAMES, "2 images of 1x1x2 have 4 pixel values, not 3");
    refuses(
        new byte[4],
        new int[] {0, 3},
        NAMES,
        "the label of image 1 must be a class index from 0 to 2, not 3");
    refuses(
        new byte[2],
        new int[] {-1},
        NAMES,
        "the label of image 0 must be a class index from 0 to 2, not -1");
    refuses(new byte[2], new int[1], List.of(), "there must be at least one class name");
    refuses(
        new byte[2],
        new int[1],
        List.of("a", "b", "a"),
        "class names must be different and not blank, unlike \"a\" of [a, b, a]");
    refuses(
        new byte[2],
        new int[1],
        List.of("a", " "),
        "class names must be different and not blank, unlike \" \" of [a,  ]");
  }

  private static void refuses(byte[] pixels, int[] labels, List<String> names, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LabelledImages(SHAPE, pixels, labels, names))
        .withMessage(message);
  }
}
