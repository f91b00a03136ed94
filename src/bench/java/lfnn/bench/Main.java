package lfnn.bench;

/** Runs benchmarks. */
public final class Main {
  private Main() {}

  /** Runs. */
  public static void main(String[] arguments) throws Exception {
    System.out.println("stages " + Agreement.ofStages(Networks.DENSE));
    System.out.println("ova " + Agreement.ofStages(Networks.ONE_VS_ALL));
    if (arguments.length > 0) {
      org.openjdk.jmh.Main.main(arguments);
    }
  }
}
