package lfnn.bench;
/** Runs benchmarks. */
public final class Main {
  private Main() {}
  /** Runs. */
  public static void main(String[] arguments) {
    System.out.println("x");
  }
}
