using System.Text.Json.Nodes;
using Resift.Local.Models;

namespace Resift.Local.Tests.Models;

public sealed class WeightStoreTests : IDisposable
{
    private const string Query = "encoder.layer.0.attention.self.query.weight";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("F32", 1, false, 0)]
    [InlineData("F32", 3, false, 0)]
    [InlineData("F32", 1, true, 0)]
    [InlineData("F16", 1, false, 1e-3)]
    [InlineData("BF16", 2, false, 8e-3)]
    [InlineData("I8", 1, false, 8e-3)]
    public void Get_EveryStorage_GivesTheValues(string dtype, int shards, bool legacy, float tolerance)
    {
        var model = new TinyModel { Dtype = dtype, Shards = shards, LegacyNames = legacy, HiddenSize = 20, Layers = 2 };
        model.Write(_folder.Path);

        using var store = WeightStore.Open(_folder.Path);

        foreach (var (part, (shape, values)) in model.Tensors())
        {
            string name = TinyNames.Tensor("bert", part);
            var tensor = store.Get(name, shape);
            Assert.Equal(shape, tensor.Shape.ToArray());
            float[] read = tensor.ToArray();
            Assert.Equal(values.Length, read.Length);
            for (int i = 0; i < read.Length; i++)
            {
                Assert.Equal(values[i], read[i], tolerance * 1.2f);
            }
        }

        Assert.Equal(
            model.Tensors().Keys.Select(part => TinyNames.Tensor("bert", part)).Order(StringComparer.Ordinal), store.WeightNames);
        Assert.Equal(model.Tensors().Values.Sum(tensor => (long)tensor.Values.Length), store.Parameters);
        Assert.Equal(dtype == "I8" ? "I8 (int8-per-row)" : dtype, store.Storage);
    }

    [Fact]
    public void ReadRow_Row_EqualsThatPartOfTheArray()
    {
        using var store = Open(new TinyModel { Dtype = "I8" });
        var tensor = store.Get("embeddings.word_embeddings.weight", 60, 16);
        float[] row = new float[20];

        tensor.ReadRow(59, row);

        Assert.Equal(tensor.ToArray()[(59 * 16)..], row[..16]);
        Assert.Equal([0, 0, 0, 0], row[16..]);
        Assert.Equal((60, 16), (tensor.Rows, tensor.Columns));
    }

    [Fact]
    public void ReadRow_OutOfRange_Throws()
    {
        using var store = Open(new TinyModel());
        var tensor = store.Get(Query, 16, 16);
        float[] row = new float[16];

        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.ReadRow(-1, row));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.ReadRow(16, row));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.ReadRow(0, row.AsSpan(0, 15)));
    }

    [Fact]
    public void Get_Vector_IsOneRow()
    {
        using var store = Open(new TinyModel());

        var tensor = store.Get("pooler.dense.bias", 16);

        Assert.Equal((1, 16), (tensor.Rows, tensor.Columns));
    }

    [Fact]
    public void Get_MissingTensor_NamesTheNearest()
    {
        using var store = Open(new TinyModel());

        var error = Assert.Throws<InvalidDataException>(() => store.Get("encoder.layer.0.attention.self.quary.weight", 16, 16));

        Assert.Contains("is missing among 25 tensors; the nearest name is 'encoder.layer.0.attention.self.query.weight'", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Get_OtherShape_SaysBoth()
    {
        using var store = Open(new TinyModel());

        var error = Assert.Throws<InvalidDataException>(() => store.Get(Query, 16, 32));

        Assert.Contains("'bert.encoder.layer.0.attention.self.query.weight' has the shape [16, 16], expected [16, 32]", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Get_IntegerTensor_IsNotSupported()
    {
        using var store = Open(new TinyModel(), tensors => Change(tensors, Query, tensor => tensor with { Dtype = "I32" }));

        var error = Assert.Throws<NotSupportedException>(() => store.Get(Query, 16, 16));

        Assert.Contains("is I32, a floating-point type was expected", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("F32", float.NaN)]
    [InlineData("F32", float.NegativeInfinity)]
    [InlineData("F16", float.NaN)]
    [InlineData("F16", float.PositiveInfinity)]
    [InlineData("BF16", float.PositiveInfinity)]
    public void Get_NotFinite_NamesTensorAndIndex(string dtype, float value)
    {
        foreach (int index in (int[])[0, 77, 255])
        {
            using var store = Open(new TinyModel { Dtype = dtype }, tensors => Change(tensors, Query, _ => With(dtype, index, value)));

            var error = Assert.Throws<InvalidDataException>(() => store.Get(Query, 16, 16));

            Assert.Contains($"'bert.{Query}' holds NaN or infinity at flat index {index}", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Get_NotFiniteAtTheEndOfALargeTensor_IsFound()
    {
        float[] values = new float[299_999];
        values[^1] = float.NaN;
        using var store = Open(new TinyModel(), tensors => tensors.Add(TensorData.F32("large", [values.Length], values)));

        var error = Assert.Throws<InvalidDataException>(() => store.Get("large", values.Length));

        Assert.Contains("'large' holds NaN or infinity at flat index 299998", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Get_NotFiniteScale_NamesTheScale()
    {
        using var store = Open(new TinyModel { Dtype = "I8" }, tensors => Change(tensors, $"{Query}.scale", tensor =>
            TensorData.F32(tensor.Name, [16], [1, float.NaN, .. new float[14]])));

        var error = Assert.Throws<InvalidDataException>(() => store.Get(Query, 16, 16));

        Assert.Contains("query.weight.scale' holds NaN or infinity at flat index 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Get_Int8WithoutScale_Throws()
    {
        using var store = Open(new TinyModel { Dtype = "I8" }, tensors =>
            tensors.RemoveAll(tensor => tensor.Name == $"bert.{Query}.scale"));

        var error = Assert.Throws<InvalidDataException>(() => store.Get(Query, 16, 16));

        Assert.Contains("is I8, but there is no", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Get_ScaleOfOtherLength_Throws()
    {
        using var store = Open(new TinyModel { Dtype = "I8" }, tensors => Change(tensors, $"{Query}.scale", tensor =>
            TensorData.F32(tensor.Name, [15], new float[15])));

        var error = Assert.Throws<InvalidDataException>(() => store.Get(Query, 16, 16));

        Assert.Contains("is F32 [15]; expected one F32 scale for each row", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3e38f)]
    [InlineData(-2.7e36f)]
    public void Get_ScaleThatGivesInfinity_Throws(float scale)
    {
        using var store = Open(new TinyModel { Dtype = "I8" }, tensors => Change(tensors, $"{Query}.scale", tensor =>
            TensorData.F32(tensor.Name, [16], [.. Enumerable.Repeat(0.01f, 15), scale])));

        var error = Assert.Throws<InvalidDataException>(() => store.Get(Query, 16, 16));

        Assert.Contains($"{Query}.scale' is ", error.Message, StringComparison.Ordinal);
        Assert.Contains("for row 15, which times an int8 can be infinite", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Get_LargestScale_GivesFiniteNumbers()
    {
        using var store = Open(new TinyModel { Dtype = "I8" }, tensors => Change(tensors, $"{Query}.scale", tensor =>
            TensorData.F32(tensor.Name, [16], [.. Enumerable.Repeat(float.MaxValue / 128, 16)])));

        Assert.All(store.Get(Query, 16, 16).ToArray(), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Open_IndexOfFiftyThousandTensors_SaysWhichIsNotThere()
    {
        new TinyModel { Shards = 2 }.Write(_folder.Path);
        var map = new JsonObject(Enumerable.Range(0, 50_000).Select(i =>
            KeyValuePair.Create($"tensor.{i}", (JsonNode?)"model-00001-of-00002.safetensors")));
        File.WriteAllText(_folder.File("model.safetensors.index.json"), new JsonObject { ["weight_map"] = map }.ToJsonString());

        var error = Assert.Throws<InvalidDataException>(() => WeightStore.Open(_folder.Path));

        Assert.Contains("tensor 'tensor.0' is not in this shard", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WeightNames_ScalesAndConstants_AreNoWeights()
    {
        using var store = Open(new TinyModel { Dtype = "I8", LegacyNames = true });

        Assert.Equal(25, store.WeightNames.Count);
        Assert.DoesNotContain(store.WeightNames, name => name.EndsWith(".scale", StringComparison.Ordinal));
        Assert.DoesNotContain(store.WeightNames, name => name.Contains("position_ids", StringComparison.Ordinal));
    }

    [Fact]
    public void Get_AfterDispose_Throws()
    {
        var store = Open(new TinyModel());
        var tensor = store.Get(Query, 16, 16);
        store.Dispose();

        Assert.Throws<ObjectDisposedException>(tensor.ToArray);
    }

    [Fact]
    public void Open_TwoNamesForOneTensor_Throws()
    {
        var error = Assert.Throws<InvalidDataException>(() => Open(new TinyModel(), tensors =>
            tensors.Add(TensorData.F32(Query, [16, 16], new float[256]))));

        Assert.Contains($"tensor '{Query}' is there twice, also as 'bert.{Query}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NoFolder_Throws() => Assert.Throws<DirectoryNotFoundException>(() => WeightStore.Open(_folder.File("absent")));

    [Fact]
    public void Open_NoWeights_SaysWhatIsThere()
    {
        File.WriteAllText(_folder.File("model.onnx"), "");

        var error = Assert.Throws<FileNotFoundException>(() => WeightStore.Open(_folder.Path));

        Assert.Contains("found: model.onnx", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pytorch_model.bin")]
    [InlineData("model.ckpt")]
    public void Open_PickleOnly_SaysWhyNot(string file)
    {
        File.WriteAllText(_folder.File(file), "");

        var error = Assert.Throws<NotSupportedException>(() => WeightStore.Open(_folder.Path));

        Assert.Contains("pickles can run code and are not read: convert it to safetensors", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_GgufOnly_SaysWhatToDo(bool hasConfig)
    {
        File.WriteAllText(_folder.File("model-Q4_K_M.gguf"), "GGUF");
        if (hasConfig)
        {
            new TinyModel().Write(_folder.Path);
            File.Delete(_folder.File("model.safetensors"));
        }

        var error = Assert.Throws<NotSupportedException>(() => LocalModelInfo.Read(_folder.Path));

        Assert.Contains("model-Q4_K_M.gguf is in GGUF", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ShardMissing_NamesIt()
    {
        new TinyModel { Shards = 2 }.Write(_folder.Path);
        File.Delete(_folder.File("model-00002-of-00002.safetensors"));

        var error = Assert.Throws<FileNotFoundException>(() => WeightStore.Open(_folder.Path));

        Assert.Contains("The shard model-00002-of-00002.safetensors", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../other/model.safetensors")]
    [InlineData("/etc/model.safetensors")]
    [InlineData("..\\model.safetensors")]
    [InlineData("C:model.safetensors")]
    [InlineData("..")]
    [InlineData("")]
    public void Open_ShardOutsideTheFolder_IsRefused(string shard)
    {
        WriteIndex(map => map["bert.pooler.dense.bias"] = shard);

        var error = Assert.Throws<InvalidDataException>(() => WeightStore.Open(_folder.Path));

        Assert.Contains($"the shard '{shard}' of tensor 'bert.pooler.dense.bias'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_TensorInOtherShard_Throws()
    {
        WriteIndex(map => map["bert.pooler.dense.bias"] = "model-00001-of-00002.safetensors");

        var error = Assert.Throws<InvalidDataException>(() => WeightStore.Open(_folder.Path));

        Assert.Contains("tensor 'bert.pooler.dense.bias' is not in this shard", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_EmptyIndex_Throws()
    {
        WriteIndex(map => map.Clear());

        Assert.Contains("weight_map names no tensor", Assert.Throws<InvalidDataException>(() => WeightStore.Open(_folder.Path)).Message);
    }

    private static void Change(List<TensorData> tensors, string name, Func<TensorData, TensorData> change)
    {
        int index = tensors.FindIndex(tensor => tensor.Name == $"bert.{name}");
        tensors[index] = change(tensors[index]);
    }

    private static TensorData With(string dtype, int index, float value)
    {
        float[] values = new float[256];
        values[index] = value;
        int[] shape = [16, 16];
        return dtype switch
        {
            "F16" => TensorData.F16($"bert.{Query}", shape, values),
            "BF16" => TensorData.BF16($"bert.{Query}", shape, values),
            _ => TensorData.F32($"bert.{Query}", shape, values),
        };
    }

    private WeightStore Open(TinyModel model, Action<List<TensorData>>? change = null) =>
        WeightStore.Open(model.Write(_folder.Path, changeTensors: change));

    private void WriteIndex(Action<JsonObject> change)
    {
        new TinyModel { Shards = 2 }.Write(_folder.Path);
        string path = _folder.File("model.safetensors.index.json");
        var index = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(index["weight_map"]!.AsObject());
        File.WriteAllText(path, index.ToJsonString());
    }
}
