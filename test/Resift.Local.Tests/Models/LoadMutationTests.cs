using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Resift.Local.Tests.Models;

/// <summary>Damages one file of a sound folder in a thousand ways: it loads and scores, or is refused by a documented exception.</summary>
/// <remarks>The environment variable <c>RESIFT_LOAD_MUTATIONS</c> says how many there are of each model.</remarks>
public sealed class LoadMutationTests : IDisposable
{
    private const string Weights = "model.safetensors";

    private static readonly int _count = int.Parse(
        Environment.GetEnvironmentVariable("RESIFT_LOAD_MUTATIONS") ?? "1000", CultureInfo.InvariantCulture);

    private static readonly string[] _oddValues =
    [
        "null", "true", "false", "0", "-1", "1", "2147483647", "2147483648", "1e999", "-1e30", "0.5", "1e-40", "\"\"", "\"\\ud800\"",
        "\"\\udc00x\"", "\"\\u0000\"", "\"..\"", "[]", "{}", "[null]", "[[]]", "{\"\":null}", "{\"\\ud800\":1}", "[1,2,3]", "\"[CLS]\"",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("bert", 1, true, 1)]
    [InlineData("bert", 1, false, 2)]
    [InlineData("bert", 0, true, 3)]
    [InlineData("mpnet", 1, true, 4)]
    [InlineData("modernbert", 1, true, 5)]
    [InlineData("deberta-v2", 1, true, 6)]
    [InlineData("jina", 1, true, 7)]
    public async Task Load_DamagedFile_WorksOrSaysWhatIsWrong(string modelType, int labels, bool withTokenizerJson, int seed)
    {
        FullFolder.Write(_folder.Path, labels, modelType);
        if (!withTokenizerJson)
        {
            File.Delete(_folder.File("tokenizer.json"));
        }

        string[] files = [.. Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        var random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < _count; i++)
        {
            string file = files[random.Next(files.Length)];
            byte[] sound = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            byte[] damaged = Damage(Path.GetFileName(file), sound, random);
            await File.WriteAllBytesAsync(file, damaged, TestContext.Current.CancellationToken);
            var error = await Record.ExceptionAsync(() => UseAsync(labels));
            Assert.True(
                error is null or InvalidDataException or NotSupportedException or FileNotFoundException or RerankerException,
                $"Damage {i} of {file}: {error}\n{Encoding.UTF8.GetString(damaged.AsSpan(0, Math.Min(damaged.Length, 4_000)))}");
            refused += error is null ? 0 : 1;
            await File.WriteAllBytesAsync(file, sound, TestContext.Current.CancellationToken);
        }

        await UseAsync(labels);
        Assert.InRange(refused, _count / 4, _count - 1);
    }

    private async Task UseAsync(int labels)
    {
        var options = new LocalModelOptions { Threads = 1 };
        if (labels == 0)
        {
            using var embedder = LocalEmbeddingGenerator.Load(_folder.Path, options);
            await embedder.GenerateAsync(["a b", "C [MASK] \u00E9"]);
            return;
        }

        using var reranker = LocalReranker.Load(_folder.Path, options);
        await reranker.RerankAsync("a b", ["c d e", "C [MASK] \u00E9"]);
    }

    private static byte[] Damage(string name, byte[] sound, Random random)
    {
        if (name == Weights)
        {
            return random.Next(10) == 0 ? DamageBytes(sound, random) : DamageHeader(sound, random);
        }

        bool isJson = name.EndsWith(".json", StringComparison.Ordinal);
        return isJson && random.Next(3) > 0 ? DamageJson(sound, random) : DamageBytes(sound, random);
    }

    private static byte[] DamageHeader(byte[] sound, Random random)
    {
        const int LengthBytes = sizeof(ulong);
        int end = LengthBytes + (int)BinaryPrimitives.ReadUInt64LittleEndian(sound);
        byte[] header = random.Next(3) > 0 ? DamageJson(sound[LengthBytes..end], random) : DamageBytes(sound[LengthBytes..end], random);
        byte[] length = new byte[LengthBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        return [.. length, .. header, .. sound[end..]];
    }

    /// <summary>Puts an odd value into the place of any other, leaves it out, or says it again under another name.</summary>
    private static byte[] DamageJson(byte[] sound, Random random)
    {
        const string Mark = "\"the odd value\"";
        var root = JsonNode.Parse(sound)!;
        var nodes = Places(root).ToList();
        var (parent, key, index) = nodes[random.Next(nodes.Count)];
        if (parent is JsonObject owner)
        {
            switch (random.Next(8))
            {
                case 0:
                    owner.Remove(key!);
                    break;
                case 1:
                    owner[$"{key}2"] = owner[key!]?.DeepClone();
                    break;
                default:
                    owner[key!] = JsonValue.Create("the odd value");
                    break;
            }
        }
        else
        {
            parent.AsArray()[index] = JsonValue.Create("the odd value");
        }

        string odd = _oddValues[random.Next(_oddValues.Length)];
        return Encoding.UTF8.GetBytes(root.ToJsonString(JsonSerializerOptions.Default).Replace(Mark, odd, StringComparison.Ordinal));
    }

    private static IEnumerable<(JsonNode Parent, string? Key, int Index)> Places(JsonNode node) => node switch
    {
        JsonObject fields => fields.SelectMany(field => Inner(field.Value).Prepend((fields, field.Key, 0))),
        JsonArray items => items.SelectMany((item, i) => Inner(item).Prepend((items, null, i))),
        _ => [],
    };

    private static IEnumerable<(JsonNode Parent, string? Key, int Index)> Inner(JsonNode? node) => node is null ? [] : Places(node);

    private static byte[] DamageBytes(byte[] sound, Random random)
    {
        int start = random.Next(sound.Length);
        int length = random.Next(Math.Min(16, sound.Length - start)) + 1;
        byte[] noise = new byte[length];
        random.NextBytes(noise);
        return random.Next(6) switch
        {
            0 => [.. sound[..start], (byte)(sound[start] ^ (1 << random.Next(8))), .. sound[(start + 1)..]],
            1 => [.. sound[..start], .. sound[(start + length)..]],
            2 => [.. sound[..start], .. noise, .. sound[start..]],
            3 => [.. sound[..(start + length)], .. sound[start..]],
            4 => sound[..start],
            _ => [.. sound, .. noise],
        };
    }
}
