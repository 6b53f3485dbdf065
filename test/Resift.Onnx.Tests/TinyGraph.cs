using Google.Protobuf;

namespace Resift.Onnx.Tests;

/// <summary>
/// Writes a graph in the format of onnx.proto3: each token is a row of a table, and the output is their sum without padding, or the rows
/// themselves.
/// </summary>
internal sealed record TinyGraph
{
    /// <summary>The id of the token that has the graph compute for ever, if it can.</summary>
    public const int EndlessId = 4;

    private const int FloatType = 1, Int32Type = 6, Int64Type = 7, BoolType = 9, HalfType = 10;

    public int Rows { get; init; } = 128;

    public int Width { get; init; } = 1;

    /// <summary>Gets the value of a row's column.</summary>
    public Func<int, int, float> Table { get; init; } = (row, column) => MathF.Sin((31 * row) + (7 * column)) / 4;

    public string Output { get; init; } = "logits";

    /// <summary>Gets a value indicating whether the output has the rows of all tokens, and not their sum.</summary>
    public bool IsOfTokens { get; init; }

    public bool IsHalf { get; init; }

    public bool IsInt32 { get; init; }

    /// <summary>Gets a value indicating whether the type of each token is added to each of its numbers.</summary>
    public bool AddsTypes { get; init; }

    /// <summary>Gets a value indicating whether the position of each token is added to each of its numbers.</summary>
    public bool AddsPositions { get; init; }

    /// <summary>Gets a value indicating whether the first sequence alone gives numbers.</summary>
    public bool ForgetsRows { get; init; }

    public bool CanBeEndless { get; init; }

    public string IdsName { get; init; } = "input_ids";

    /// <summary>Gets the name of one more input; null for none.</summary>
    public string? OtherInput { get; init; }

    public int? FixedLength { get; init; }

    /// <summary>Gets the file that holds the table; null for the graph's own.</summary>
    public string? DataFile { get; init; }

    /// <summary>Writes the graph.</summary>
    public void Write(string path)
    {
        byte[] table = [.. Enumerable.Range(0, Rows * Width).SelectMany(i => BitConverter.GetBytes(Table(i / Width, i % Width)))];
        if (DataFile is not null)
        {
            File.WriteAllBytes(Path.Combine(Path.GetDirectoryName(path)!, DataFile), table);
        }

        ByteString[] initializers =
        [
            DataFile is null
                ? Tensor("table", FloatType, [Rows, Width], table)
                : Message((1, Rows), (1, Width), (2, FloatType), (8, "table"), (13, Message((1, "location"), (2, DataFile))), (14, 1)),
            Tensor("axis1", Int64Type, [1], BitConverter.GetBytes(1L)),
            Tensor("axis2", Int64Type, [1], BitConverter.GetBytes(2L)),
            Tensor("zero", Int64Type, [1], BitConverter.GetBytes(0L)),
            Tensor("trips", Int64Type, [], BitConverter.GetBytes(long.MaxValue)),
            Tensor("endless", Int64Type, [], BitConverter.GetBytes((long)EndlessId)),
        ];
        string[] inputs =
        [
            IdsName, "attention_mask", .. Given(AddsTypes, "token_type_ids"), .. Given(AddsPositions, "position_ids"),
            .. Given(OtherInput is not null, OtherInput!),
        ];
        var (type, axes) = (IsInt32 ? Int32Type : Int64Type, IsOfTokens ? 3 : 2);
        var graph = Message(
        [
            .. Nodes().Select(node => ((int, object))(1, node)),
            (2, "tiny"),
            .. initializers.Select(tensor => ((int, object))(5, tensor)),
            .. inputs.Select(name => ((int, object))(11, Value(name, type, ["batch", FixedLength ?? (object)"sequence"]))),
            (12, Value(Output, IsHalf ? HalfType : FloatType, [.. Enumerable.Range(0, axes).Select(i => $"axis_{i}")])),
        ]);
        File.WriteAllBytes(path, Message((1, 8), (8, Message((1, ""), (2, 17))), (7, graph)).ToByteArray());
    }

    private IEnumerable<ByteString> Nodes()
    {
        yield return Node("Cast", [IdsName], "ids", ("to", Int64Type));
        yield return Node("Gather", ["table", "ids"], "looked_up");
        string tokens = "looked_up";
        foreach (string added in Given(AddsTypes, "token_type_ids").Concat(Given(AddsPositions, "position_ids")))
        {
            yield return Node("Cast", [added], $"{added}_float", ("to", FloatType));
            yield return Node("Unsqueeze", [$"{added}_float", "axis2"], $"{added}_column");
            yield return Node("Add", [tokens, $"{added}_column"], $"with_{added}");
            tokens = $"with_{added}";
        }

        if (CanBeEndless)
        {
            yield return Node("Equal", ["ids", "endless"], "are_endless");
            yield return Node("Cast", ["are_endless"], "endless_numbers", ("to", Int64Type));
            yield return Node("ReduceMax", ["endless_numbers"], "endless_number", ("keepdims", 0));
            yield return Node("Cast", ["endless_number"], "is_endless", ("to", BoolType));
            yield return Node("Loop", ["trips", "is_endless", tokens], "looped", ("body", Body()));
            tokens = "looped";
        }

        yield return Node("Cast", ["attention_mask"], "mask", ("to", FloatType));
        yield return Node("Unsqueeze", ["mask", "axis2"], "mask_column");
        yield return Node("Mul", [tokens, "mask_column"], "masked");
        yield return Node("ReduceSum", ["masked", "axis1"], "sum", ("keepdims", 0));
        string result = IsOfTokens ? tokens : "sum";
        if (ForgetsRows)
        {
            yield return Node("Gather", [result, "zero"], "first");
            result = "first";
        }

        yield return Node("Cast", [result], Output, ("to", IsHalf ? HalfType : FloatType));
    }

    /// <summary>What a loop does in each turn: nothing.</summary>
    private static ByteString Body() => Message(
        (1, Node("Identity", ["goes_on"], "goes_on_still")),
        (1, Node("Identity", ["state"], "same_state")),
        (2, "body"),
        (11, Value("turn", Int64Type, [])),
        (11, Value("goes_on", BoolType, [])),
        (11, Value("state", FloatType, ["batch", "sequence", "width"])),
        (12, Value("goes_on_still", BoolType, [])),
        (12, Value("same_state", FloatType, ["batch", "sequence", "width"])));

    private static IEnumerable<string> Given(bool isGiven, string name) => isGiven ? [name] : [];

    private static ByteString Node(string type, string[] inputs, string output, params (string Name, object Value)[] attributes) => Message(
    [
        .. inputs.Select(input => ((int, object))(1, input)),
        (2, output),
        (4, type),
        .. attributes.Select(attribute => ((int, object))(5, attribute.Value is ByteString body
            ? Message((1, attribute.Name), (6, body), (20, 5))
            : Message((1, attribute.Name), (3, attribute.Value), (20, 2)))),
    ]);

    private static ByteString Value(string name, int type, object[] axes) => Message(
        (1, name),
        (2, Message((1, Message((1, type), (2, Message([.. axes.Select(axis =>
            ((int, object))(1, axis is int size ? Message((1, size)) : Message((2, axis))))])))))));

    private static ByteString Tensor(string name, int type, int[] shape, byte[] values) =>
        Message([.. shape.Select(size => ((int, object))(1, size)), (2, type), (8, name), (9, ByteString.CopyFrom(values))]);

    /// <summary>Writes fields: whole numbers as such, and all others by their bytes.</summary>
    private static ByteString Message(params (int Number, object Value)[] fields)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            foreach (var (number, value) in fields)
            {
                output.WriteTag(number, value is int ? WireFormat.WireType.Varint : WireFormat.WireType.LengthDelimited);
                switch (value)
                {
                    case int whole:
                        output.WriteInt64(whole);
                        break;
                    case ByteString bytes:
                        output.WriteBytes(bytes);
                        break;
                    default:
                        output.WriteString((string)value);
                        break;
                }
            }
        }

        return ByteString.CopyFrom(stream.ToArray());
    }
}
