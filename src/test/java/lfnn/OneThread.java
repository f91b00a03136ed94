package lfnn;

import lfnn.nn.Nd4jBackend;
import org.nd4j.linalg.factory.Nd4j;

/** Tiny arrays on several OpenMP threads wait for each other most of the time. */
public final class OneThread {

  private OneThread() {}

  /** Lets ND4J's own operations run on one thread each from now on. */
  public static void use() {
    Nd4jBackend.start();
    Nd4j.getEnvironment().setMaxMasterThreads(1);
  }
}
