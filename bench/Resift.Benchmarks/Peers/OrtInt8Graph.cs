using Google.Protobuf;

namespace Resift.Benchmarks;

/// <summary>
/// Makes of a graph whose int8 weights are widened before their products one that multiplies them as integers: dynamic quantisation, as
/// ONNX Runtime's own tool does it, with the weights and the scales by column that the graph has already.
/// </summary>
/// <remarks>
/// Only what is needed of the format (onnx.proto3) is read: Cast and Mul of an int8 initializer W and a MatMul with their result become one
/// <c>DynamicQuantizeMatMul</c> of W, ONNX Runtime's fused form.
/// </remarks>
internal static class OrtInt8Graph
{
    private const int ModelGraph = 7, ModelOpset = 8;
    private const int GraphNode = 1, GraphInitializer = 5;
    private const int NodeInput = 1, NodeOutput = 2, NodeName = 3, NodeType = 4, NodeDomain = 7;
    private const int TensorDims = 1, TensorName = 8;
    private const string Int8Suffix = "_i8", ScaleSuffix = "_scale", VectorSuffix = "_scale_vector";

    /// <summary>Reads a graph and gives the one that multiplies integers.</summary>
    public static byte[] Create(string path)
    {
        List<Field> model = [.. Fields(ByteString.CopyFrom(File.ReadAllBytes(path)))];
        var opset = Message(Text(1, "com.microsoft"), Number(2, 1));
        var rewritten = model.Select(field => field.Is(ModelGraph) ? Bytes(ModelGraph, Rewrite(field.Value)) : field);
        return Message([.. rewritten, Bytes(ModelOpset, opset)]).ToByteArray();
    }

    private static ByteString Rewrite(ByteString graph)
    {
        List<Field> fields = [.. Fields(graph)];
        var initializers = fields.Where(field => field.Is(GraphInitializer))
            .ToDictionary(field => TextOf(field.Value, TensorName), field => field.Value);
        var used = new HashSet<string>();
        List<Field> written = [];
        foreach (var field in fields)
        {
            if (field.Is(GraphNode) && TextOf(field.Value, NodeType) == "MatMul"
                && Texts(field.Value, NodeInput) is [var input, var weight] && initializers.ContainsKey(weight + Int8Suffix))
            {
                used.Add(weight);
                written.Add(Bytes(GraphNode, Message(
                    Text(NodeInput, input),
                    Text(NodeInput, weight + Int8Suffix),
                    Text(NodeInput, weight + VectorSuffix),
                    Text(NodeOutput, TextOf(field.Value, NodeOutput)),
                    Text(NodeName, TextOf(field.Value, NodeName)),
                    Text(NodeType, "DynamicQuantizeMatMul"),
                    Text(NodeDomain, "com.microsoft"))));
            }
            else
            {
                written.Add(field);
            }
        }

        // The nodes that widened them are of no more use; a scale for each column is a vector here.
        written.RemoveAll(field => field.Is(GraphNode) && Texts(field.Value, NodeOutput) is [var output]
            && (used.Contains(output) || (output.EndsWith("_f", StringComparison.Ordinal) && used.Contains(output[..^2]))));
        foreach (string weight in used)
        {
            List<Field> scale = [.. Fields(initializers[weight + ScaleSuffix])];
            var last = scale.Last(field => field.Is(TensorDims));
            written.Add(Bytes(GraphInitializer, Message(
            [
                last,
                .. scale.Where(field => !field.Is(TensorDims) && !field.Is(TensorName)),
                Text(TensorName, weight + VectorSuffix),
            ])));
        }

        return Message([.. written]);
    }

    private static IEnumerable<Field> Fields(ByteString message)
    {
        var input = message.CreateCodedInput();
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            yield return WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => new(tag, input.ReadUInt64(), ByteString.Empty),
                WireFormat.WireType.LengthDelimited => new(tag, 0, input.ReadBytes()),
                WireFormat.WireType.Fixed32 => new(tag, input.ReadFixed32(), ByteString.Empty),
                WireFormat.WireType.Fixed64 => new(tag, input.ReadFixed64(), ByteString.Empty),
                var type => throw new InvalidDataException($"The graph has a field of the type {type}, which ONNX does not use."),
            };
        }
    }

    private static ByteString Message(params IReadOnlyList<Field> fields)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            foreach (var field in fields)
            {
                output.WriteTag(field.Tag);
                switch (WireFormat.GetTagWireType(field.Tag))
                {
                    case WireFormat.WireType.Varint:
                        output.WriteUInt64(field.Number);
                        break;
                    case WireFormat.WireType.Fixed32:
                        output.WriteFixed32((uint)field.Number);
                        break;
                    case WireFormat.WireType.Fixed64:
                        output.WriteFixed64(field.Number);
                        break;
                    default:
                        output.WriteBytes(field.Value);
                        break;
                }
            }
        }

        return ByteString.CopyFrom(stream.ToArray());
    }

    private static List<string> Texts(ByteString message, int number) =>
        [.. Fields(message).Where(field => field.Is(number)).Select(field => field.Value.ToStringUtf8())];

    private static string TextOf(ByteString message, int number) => Texts(message, number).FirstOrDefault() ?? "";

    private static Field Bytes(int number, ByteString value) =>
        new(WireFormat.MakeTag(number, WireFormat.WireType.LengthDelimited), 0, value);

    private static Field Text(int number, string value) => Bytes(number, ByteString.CopyFromUtf8(value));

    private static Field Number(int number, ulong value) =>
        new(WireFormat.MakeTag(number, WireFormat.WireType.Varint), value, ByteString.Empty);

    /// <summary>A field of a message: a number, or bytes.</summary>
    private readonly record struct Field(uint Tag, ulong Number, ByteString Value)
    {
        public bool Is(int number) => WireFormat.GetTagFieldNumber(Tag) == number;
    }
}
