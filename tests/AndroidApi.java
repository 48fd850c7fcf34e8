import java.io.FileInputStream;
import java.util.Set;
import java.util.TreeSet;
import org.codehaus.mojo.animal_sniffer.Clazz;
import org.codehaus.mojo.animal_sniffer.SignatureChecker;

/**
 * Writes what classes an API has, from a signature file of Animal Sniffer: a line a class, of name,
 * parents and members with their types, with tabs between.
 */
public final class AndroidApi {
  public static void main(String[] arguments) throws Exception {
    for (Clazz found :
        SignatureChecker.loadClasses(new FileInputStream(arguments[0])).values()) {
      Set<String> parents = new TreeSet<>(Set.of(found.getSuperInterfaces()));
      if (found.getSuperClass() != null) {
        parents.add(found.getSuperClass());
      }
      Set<String> members = new TreeSet<>();
      for (String signature : found.getSignatures()) {
        members.add(signature.replace("#", "")); // Between a field and its type.
      }
      System.out.println(
          found.getName() + "\t" + String.join(" ", parents) + "\t" + String.join(" ", members));
    }
  }
}
