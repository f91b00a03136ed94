package lfnn.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Imports point one way, and each host stays on its own side. */
@AnalyzeClasses(locations = MainClasses.class)
class ImportRulesTest {

  private static final String[] HOSTS = {"weka..", "moa..", "com.yahoo.labs.samoa.."};

  private static final String[] ARRAY_LIBRARY = {"org.nd4j..", "org.bytedeco.."};

  @ArchTest
  static final ArchRule EACH_PACKAGE_IMPORTS_ONLY_THOSE_ABOVE_IT =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("data")
          .definedBy("lfnn.data..")
          .layer("spec")
          .definedBy("lfnn.spec..")
          .layer("nn")
          .definedBy("lfnn.nn..")
          .layer("leadership")
          .definedBy("lfnn.leadership..")
          .layer("rule")
          .definedBy("lfnn.rule..")
          .layer("train")
          .definedBy("lfnn.train..")
          .layer("plot")
          .definedBy("lfnn.plot..")
          .layer("experiment")
          .definedBy("lfnn.experiment..")
          .layer("hosts")
          .definedBy("weka..", "moa..")
          .whereLayer("hosts")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("experiment")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("plot")
          .mayOnlyBeAccessedByLayers("experiment")
          .whereLayer("train")
          .mayOnlyBeAccessedByLayers("plot", "experiment", "hosts")
          .whereLayer("rule")
          .mayOnlyBeAccessedByLayers("train", "experiment")
          .whereLayer("leadership")
          .mayOnlyBeAccessedByLayers("rule", "train", "experiment")
          .whereLayer("nn")
          .mayOnlyBeAccessedByLayers("leadership", "rule", "train", "experiment")
          .whereLayer("spec")
          .mayOnlyBeAccessedByLayers(
              "nn", "leadership", "rule", "train", "plot", "experiment", "hosts");

  @ArchTest
  static final ArchRule CORE_KNOWS_NEITHER_HOST =
      noClasses()
          .that()
          .resideInAPackage("lfnn..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(HOSTS);

  @ArchTest
  static final ArchRule DATA_AND_SPECIFICATIONS_LOAD_WITHOUT_ND4J =
      noClasses()
          .that()
          .resideInAnyPackage("lfnn.data..", "lfnn.spec..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ARRAY_LIBRARY);

  @ArchTest
  static final ArchRule HOSTS_LEAVE_ARRAYS_TO_THE_CORE =
      noClasses()
          .that()
          .resideInAnyPackage("weka..", "moa..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ARRAY_LIBRARY);

  @ArchTest
  static final ArchRule ONE_CLASS_STARTS_ND4J =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("lfnn.nn.Nd4jBackend$Started")
          .and()
          .doNotHaveFullyQualifiedName("lfnn.nn.Nd4jBackend")
          .should()
          .dependOnClassesThat()
          .haveFullyQualifiedName("org.nd4j.common.config.ND4JClassLoading");

  @ArchTest
  static final ArchRule WEKA_ADAPTER_DOES_NOT_KNOW_MOA =
      noClasses()
          .that()
          .resideInAPackage("weka..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("moa..", "com.yahoo.labs.samoa..");

  @ArchTest
  static final ArchRule MOA_ADAPTER_DOES_NOT_KNOW_WEKA =
      noClasses()
          .that()
          .resideInAPackage("moa..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("weka..");

  @ArchTest
  static final ArchRule WEKA_FINDS_THE_CLASSIFIER_AND_THE_LOADERS_ONLY =
      classes()
          .that()
          .resideInAPackage("weka..")
          .and()
          .areTopLevelClasses()
          .should()
          .haveNameMatching(
              "weka\\.classifiers\\.functions\\.LFNN|weka\\.core\\.converters\\..*Loader");

  @ArchTest
  static final ArchRule NO_CYCLES = slices().matching("lfnn.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule ONLY_THE_COMMAND_ENDS_THE_VIRTUAL_MACHINE =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("lfnn.experiment.Main")
          .should()
          .callMethod(System.class, "exit", int.class);
}
