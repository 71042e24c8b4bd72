import java.io.FileInputStream;
import java.io.InputStream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;

/** Judges every file against every flavour in one run of the machine.
 *  Arguments: flavour=profile resource … -- file …  One line out per verdict, then one per fault, tab-separated. */
public class Verdict {
    public static void main(String[] arguments) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (int file = separator(arguments) + 1; file < arguments.length; file++)
            for (int index = 0; index < separator(arguments); index++)
                judge(arguments[file], arguments[index].split("="));
    }

    static int separator(String[] arguments) {
        return java.util.Arrays.asList(arguments).indexOf("--");
    }

    static void judge(String file, String[] claim) throws Exception {
        PDFAFlavour flavour = PDFAFlavour.fromString(claim[0]);
        try (InputStream profileXml = Verdict.class.getResourceAsStream(claim[1]);
                InputStream pdf = new FileInputStream(file);
                PDFAParser parser = Foundries.defaultInstance().createParser(pdf, flavour)) {
            ValidationProfile profile = Profiles.profileFromXml(profileXml);
            PDFAValidator validator = Foundries.defaultInstance().createValidator(profile, false);
            ValidationResult result = validator.validate(parser);
            System.out.println("VERDICT\t" + file + "\t" + claim[0] + "\t" + (result.isCompliant() ? "pass" : "fail"));
            for (TestAssertion fault : result.getTestAssertions())
                System.out.println("FAULT\t" + file + "\t" + claim[0] + "\t" + fault.getRuleId().getClause() + "-"
                    + fault.getRuleId().getTestNumber() + " " + fault.getMessage().replaceAll("\\s+", " "));
        }
    }
}
