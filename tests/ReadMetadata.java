import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Paths;
import org.tensorflow.lite.support.metadata.MetadataExtractor;
import org.tensorflow.lite.support.metadata.schema.AssociatedFile;
import org.tensorflow.lite.support.metadata.schema.ModelMetadata;
import org.tensorflow.lite.support.metadata.schema.TensorMetadata;

/** Prints what Android's reader finds in a .tflite file: lines, then the files in it. */
public final class ReadMetadata {
    private ReadMetadata() {}

    public static void main(String[] arguments) throws Exception {
        byte[] content = Files.readAllBytes(Paths.get(arguments[0]));
        MetadataExtractor found = new MetadataExtractor(ByteBuffer.wrap(content));
        ModelMetadata model = found.getModelMetadata();
        System.out.println("readable\t" + found.isMinimumParserVersionSatisfied());
        System.out.println("model\t" + model.name() + "\t" + model.license());
        for (int i = 0; i < found.getInputTensorCount(); i++) {
            print("in", found.getInputTensorMetadata(i), found.getInputTensorShape(i));
        }
        for (int i = 0; i < found.getOutputTensorCount(); i++) {
            print("out", found.getOutputTensorMetadata(i), found.getOutputTensorShape(i));
        }
        for (String name : found.getAssociatedFileNames()) {
            System.out.println("file\t" + name);
            System.out.write(found.getAssociatedFile(name).readAllBytes());
        }
        System.out.flush();
    }

    private static void print(String way, TensorMetadata tensor, int[] shape) {
        StringBuilder line = new StringBuilder(way + "\t" + tensor.name());
        line.append("\t").append(shape[shape.length - 1]);
        for (int i = 0; i < tensor.associatedFilesLength(); i++) {
            AssociatedFile file = tensor.associatedFiles(i);
            line.append("\t").append(file.type()).append(" ").append(file.name());
        }
        System.out.println(line);
    }
}
