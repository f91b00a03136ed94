package lfnn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AugmentationTest {

  private static final BatchLayout LAST = BatchLayout.CHANNELS_LAST;

  /** Images in which every number is different and none is 0. */
  private static Dataset images(InputShape shape, int count) {
    float[] features = new float[shape.size() * count];
    for (int i = 0; i < features.length; i++) {
      features[i] = i + 1;
    }
    return Dataset.ofFloats(shape, features, new float[count], null, 0);
  }

  private static float[] batch(Dataset images, BatchLayout layout) {
    float[] batch = new float[images.size() * images.features()];
    int[] rows = new int[images.size()];
    Arrays.setAll(rows, i -> i);
    images.gather(rows, 0, rows.length, layout, batch);
    return batch;
  }

  private static float[] augmented(String text, InputShape shape, BatchLayout layout, int count) {
    float[] batch = batch(images(shape, count), layout);
    Augmentation.parse(text).apply(batch, layout, shape, count, 7);
    return batch;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "none",
        "flip",
        "crop(4)",
        "shift(2)",
        "cutout(8)",
        "crop(4), shift(2), flip, cutout(16)"
      })
  void isPrintedAsItIsWritten(String text) {
    assertThat(Augmentation.parse(text)).hasToString(text);
  }

  @Test
  void spacesAndOrderAreFree() {
    assertThat(Augmentation.parse(" cutout( 8 ),flip ,crop (4)"))
        .isEqualTo(new Augmentation(4, true, 0, 8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "flop | \"flop\" is none of them",
        "crop | \"crop\" is none of them",
        "crop(0) | \"crop(0)\" is none of them",
        "crop(-1) | \"crop(-1)\" is none of them",
        "flip(2) | \"flip(2)\" is none of them",
        "crop(4), none | \"none\" is none of them",
        "crop(4) flip | \"crop(4) flip\" is none of them",
        "flip, | \"\" is none of them",
        "crop(4), crop(2) | crop is there twice"
      })
  void saysWhichPartIsWrong(String text, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Augmentation.parse(text))
        .withMessage(
            "an augmentation is none, or a list of crop(pixels), flip, shift(pixels) and"
                + " cutout(pixels), for example \"crop(4), flip\", not \""
                + text
                + "\": "
                + problem);
  }

  @Test
  void refusesExamplesThatAreTooSmallOrNoImages() {
    Augmentation.parse("crop(4), flip").requireFitting(new InputShape(3, 5, 5));
    Augmentation.NONE.requireFitting(InputShape.flat(1));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Augmentation.parse("crop(4), flip").requireFitting(new InputShape(3, 4, 5)))
        .withMessage(
            "the augmentation \"crop(4), flip\" needs images of more than 4x4 pixels, not 3x4x5:"
                + " give the shape of the images, or a smaller augmentation");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Augmentation.parse("flip").requireFitting(InputShape.flat(784)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Augmentation(-1, false, 0, 0))
        .withMessage("crop, shift and cutout must be at least 0 pixels, not -1, 0 and 0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"flip", "crop(2)", "cutout(3)", "crop(1), shift(2), flip, cutout(3)"})
  void bothLayoutsHoldTheSameImages(String text) {
    for (InputShape shape : new InputShape[] {new InputShape(3, 4, 5), new InputShape(1, 7, 4)}) {
      int count = 37;
      float[] last = augmented(text, shape, LAST, count);
      float[] major = augmented(text, shape, BatchLayout.FEATURE_MAJOR, count);
      for (int e = 0; e < count; e++) {
        for (int f = 0; f < shape.size(); f++) {
          assertThat(major[f * count + e]).isEqualTo(last[LAST.index(shape, count, e, f)]);
        }
      }
    }
  }

  @Test
  void anotherSeedChangesImagesInAnotherWay() {
    InputShape shape = new InputShape(1, 6, 6);
    for (String text : new String[] {"flip", "crop(2)", "shift(2)", "cutout(3)"}) {
      float[] other = batch(images(shape, 20), LAST);
      Augmentation.parse(text).apply(other, LAST, shape, 20, 8);
      assertThat(other).as(text).isNotEqualTo(augmented(text, shape, LAST, 20));
    }
  }

  @Test
  void anImageDoesNotDependOnThoseAfterIt() {
    InputShape shape = new InputShape(1, 4, 4);
    float[] few = augmented("crop(2), flip, cutout(2)", shape, LAST, 3);
    float[] many = augmented("crop(2), flip, cutout(2)", shape, LAST, 30);

    assertThat(Arrays.copyOf(many, few.length)).isEqualTo(few);
  }

  @Test
  void anOperationDoesNotChangeTheDrawsOfTheOthers() {
    InputShape shape = new InputShape(1, 6, 6);
    float[] cropped = augmented("crop(2)", shape, LAST, 20);
    float[] blankedToo = augmented("crop(2), cutout(3)", shape, LAST, 20);

    for (int i = 0; i < cropped.length; i++) {
      assertThat(blankedToo[i]).isIn(cropped[i], 0f);
    }
  }

  @Test
  void aFlippedImageIsMirroredPixelByPixel() {
    InputShape shape = new InputShape(2, 2, 3);
    float[] before = batch(images(shape, 40), LAST);
    float[] after = augmented("flip", shape, LAST, 40);
    int flipped = 0;
    for (int e = 0; e < 40; e++) {
      boolean same = Arrays.equals(before, e * 12, e * 12 + 12, after, e * 12, e * 12 + 12);
      flipped += same ? 0 : 1;
      for (int y = 0; y < 2; y++) {
        for (int x = 0; x < 3; x++) {
          for (int c = 0; c < 2; c++) {
            int from = e * 12 + (y * 3 + (same ? x : 2 - x)) * 2 + c;
            assertThat(after[e * 12 + (y * 3 + x) * 2 + c]).isEqualTo(before[from]);
          }
        }
      }
    }
    assertThat(flipped).isBetween(12, 28);
  }

  @ParameterizedTest
  @ValueSource(strings = {"crop(2)", "shift(2)"})
  void aMovedImageKeepsWhatStaysInsideAndGetsZeros(String text) {
    InputShape shape = new InputShape(2, 4, 5);
    float[] before = batch(images(shape, 2000), LAST);
    float[] after = augmented(text, shape, LAST, 2000);
    TreeMap<String, Integer> moves = new TreeMap<>();
    for (int e = 0; e < 2000; e++) {
      String found = null;
      for (int dy = -2; dy <= 2 && found == null; dy++) {
        for (int dx = -2; dx <= 2 && found == null; dx++) {
          if (isMoved(before, after, e, shape, dy, dx)) {
            found = dy + "," + dx;
          }
        }
      }
      assertThat(found).as("example %d", e).isNotNull();
      moves.merge(found, 1, Integer::sum);
    }
    // 80 of each are expected; six standard deviations are 53.
    assertThat(moves).hasSize(25);
    assertThat(moves.values()).allMatch(times -> times > 27 && times < 133);
  }

  private static boolean isMoved(
      float[] before, float[] after, int example, InputShape shape, int dy, int dx) {
    for (int f = 0; f < shape.size(); f++) {
      int c = f / 20;
      int y = f / 5 % 4 - dy;
      int x = f % 5 - dx;
      boolean inside = y >= 0 && y < 4 && x >= 0 && x < 5;
      float expected = inside ? before[LAST.index(shape, 0, example, (c * 4 + y) * 5 + x)] : 0;
      if (after[LAST.index(shape, 0, example, f)] != expected) {
        return false;
      }
    }
    return true;
  }

  @Test
  void cutoutBlanksASquareWhoseCentreIsAnywhere() {
    InputShape shape = new InputShape(2, 6, 7);
    float[] before = batch(images(shape, 2000), LAST);
    float[] after = augmented("cutout(3)", shape, LAST, 2000);
    int[] centres = new int[42];
    for (int e = 0; e < 2000; e++) {
      int top = 6;
      int bottom = -1;
      int left = 7;
      int right = -1;
      int blank = 0;
      for (int f = 0; f < 84; f++) {
        int at = LAST.index(shape, 0, e, f);
        if (after[at] == 0) {
          top = Math.min(top, f / 7 % 6);
          bottom = Math.max(bottom, f / 7 % 6);
          left = Math.min(left, f % 7);
          right = Math.max(right, f % 7);
          blank++;
        } else {
          assertThat(after[at]).isEqualTo(before[at]);
        }
      }
      assertThat(blank).isEqualTo(2 * (bottom - top + 1) * (right - left + 1));
      int y = top == 0 ? bottom - 1 : top + 1;
      int x = left == 0 ? right - 1 : left + 1;
      centres[y * 7 + x]++;
    }
    // 48 of each are expected; six standard deviations are 41.
    assertThat(Arrays.stream(centres).boxed()).allMatch(times -> times > 6 && times < 90);
  }
}
