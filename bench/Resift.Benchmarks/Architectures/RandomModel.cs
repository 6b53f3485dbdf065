using System.Runtime.InteropServices;
using System.Text.Json;
using Resift.Local.Models;

namespace Resift.Benchmarks;

/// <summary>A folder with random weights in the shape of a published model, for as long as it is needed.</summary>
internal sealed class RandomModel : IDisposable
{
    private const int Deviates = 1 << 20;
    private const float Spread = 0.02f;

    private RandomModel(string folder, EncoderConfig config)
    {
        Folder = folder;
        Config = config;
    }

    public string Folder { get; }

    public EncoderConfig Config { get; }

    /// <summary>Writes the folder, with weights in single precision or as bfloat16.</summary>
    public static RandomModel Create(RealShape shape, bool halved)
    {
        string folder = Directory.CreateTempSubdirectory("resift-bench-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "config.json"), shape.Config);
            var config = EncoderConfig.Load(folder);
            var head = config.Architecture.Head(config, labels: 1);
            ExpectedTensor[] tensors =
            [
                .. config.Architecture.Embeddings(config).Tensors,
                .. Enumerable.Range(0, config.Layers).SelectMany(layer => config.Architecture.Layer(config, layer).Tensors),
                .. config.Architecture.FinalNorm(config)?.Tensors ?? [],
                .. config.Architecture.Shared(config),
                .. head.Tensors,
            ];
            Write(Path.Combine(folder, "model.safetensors"), [.. tensors.DistinctBy(tensor => tensor.Name)], halved);
            return new(folder, config);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static void Write(string path, ExpectedTensor[] tensors, bool halved)
    {
        int size = halved ? sizeof(ushort) : sizeof(float);
        long offset = 0;
        var header = new Dictionary<string, object>();
        foreach (var tensor in tensors)
        {
            long end = offset + (Count(tensor) * size);
            header[tensor.Name] = new { dtype = halved ? "BF16" : "F32", shape = tensor.Shape, data_offsets = new[] { offset, end } };
            offset = end;
        }

        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header);
        using var stream = File.Create(path);
        stream.Write(BitConverter.GetBytes((long)json.Length));
        stream.Write(json);
        byte[] random = Bytes(Normal(), halved), ones = Bytes(Constant(1), halved), zeros = Bytes(Constant(0), halved);
        foreach (var tensor in tensors)
        {
            bool isMatrix = tensor.Shape.Length > 1;
            byte[] source = isMatrix ? random : tensor.Name.EndsWith(".weight", StringComparison.Ordinal) ? ones : zeros;
            for (long left = Count(tensor) * size; left > 0; left -= source.Length)
            {
                stream.Write(source, 0, (int)Math.Min(left, source.Length));
            }
        }
    }

    private static long Count(ExpectedTensor tensor) => tensor.Shape.Aggregate(1L, (product, axis) => product * axis);

    // An odd number, so that rows of a matrix do not repeat one another.
    private static float[] Normal()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, Deviates - 1).Select(_ =>
            (float)(Spread * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
    }

    private static float[] Constant(float value) => [.. Enumerable.Repeat(value, Deviates)];

    private static byte[] Bytes(float[] values, bool halved) => halved
        ? MemoryMarshal.AsBytes<ushort>(values.Select(value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)).ToArray()).ToArray()
        : MemoryMarshal.AsBytes<float>(values).ToArray();
}
