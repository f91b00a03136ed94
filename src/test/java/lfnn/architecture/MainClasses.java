package lfnn.architecture;

import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.LocationProvider;
import java.util.Set;
import lfnn.data.Dataset;

/** Our own classes without tests; the hosts share packages with them. */
public final class MainClasses implements LocationProvider {

  @Override
  public Set<Location> get(Class<?> testClass) {
    return Set.of(Location.of(Dataset.class.getProtectionDomain().getCodeSource().getLocation()));
  }
}
