package weka.classifiers.functions;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import weka.core.Instances;
import weka.core.SerializedObject;
import weka.core.converters.ConverterUtils.DataSource;

/** Images with channels scaled and augmented, read with the loader for IDX files. */
class LFNNImagesTest {

  private static final String IMAGES =
      "-input 1x28x28 -scaling CHANNEL -augment \"crop(2), cutout(4)\"";

  private static Instances images;

  @BeforeAll
  static void load() throws Exception {
    Instances all = DataSource.read("examples-arff/mnist-2000-test-images-idx3-ubyte.gz");
    images = new Instances(all, 0, 300);
    images.setClassIndex(784);
  }

  @Test
  void aSavedModelPredictsTheSame() throws Exception {
    LFNN classifier = Tables.classifier(IMAGES);
    classifier.buildClassifier(images);

    LFNN saved = (LFNN) new SerializedObject(classifier).getObject();

    assertThat(Tables.predictions(saved, images))
        .isDeepEqualTo(Tables.predictions(classifier, images));
    assertThat(Tables.accuracy(classifier, images)).isGreaterThan(0.5);
  }

  @Test
  void trainingThatGoesOnIsThatWithoutAStop() throws Exception {
    LFNN straight = Tables.classifier(IMAGES + " -resume");
    straight.setEpochs(4);
    straight.buildClassifier(images);
    LFNN stopped = Tables.classifier(IMAGES + " -resume");
    stopped.setEpochs(2);
    stopped.buildClassifier(images);
    stopped.initializeClassifier(images);
    while (stopped.next()) {
      // two more epochs
    }
    stopped.done();

    assertThat(Tables.predictions(stopped, images))
        .isDeepEqualTo(Tables.predictions(straight, images));
  }
}
