using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.AI;

namespace Resift.Benchmarks;

/// <summary>
/// The embeddings of a corpus, computed once and kept in a file named by model and texts, so that a second run begins at once. Other
/// texts, which are the queries, go to the model.
/// </summary>
internal sealed class CorpusEmbeddings : DelegatingEmbeddingGenerator<string, Embedding<float>>
{
    private const int TextsAtOnce = 256;

    private readonly IReadOnlyDictionary<string, ReadOnlyMemory<float>> _known;

    private CorpusEmbeddings(
        IEmbeddingGenerator<string, Embedding<float>> model, IReadOnlyDictionary<string, ReadOnlyMemory<float>> known)
        : base(model) => _known = known;

    public static async Task<CorpusEmbeddings> LoadAsync(
        LocalEmbeddingGenerator model, IReadOnlyList<string> texts, string folder, BenchmarkProgress progress)
    {
        var metadata = model.GetService<EmbeddingGeneratorMetadata>()!;
        int dimensions = metadata.DefaultModelDimensions!.Value;
        string path = Path.Combine(folder, $"{metadata.DefaultModelId}-{Hash(texts)}.f32");
        var bytes = File.Exists(path) ? await File.ReadAllBytesAsync(path) : [];
        if (bytes.Length != (long)texts.Count * dimensions * sizeof(float))
        {
            bytes = await EmbedAsync(model, texts, progress);
            Directory.CreateDirectory(folder);
            await File.WriteAllBytesAsync($"{path}.part", bytes);
            File.Move($"{path}.part", path, overwrite: true);
        }

        float[] vectors = MemoryMarshal.Cast<byte, float>(bytes).ToArray();
        var known = new Dictionary<string, ReadOnlyMemory<float>>();
        for (int i = 0; i < texts.Count; i++)
        {
            known[texts[i]] = vectors.AsMemory(i * dimensions, dimensions);
        }

        return new(model, known);
    }

    public override async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        string[] texts = [.. values];
        return texts.All(_known.ContainsKey)
            ? [.. texts.Select(text => new Embedding<float>(_known[text]))]
            : await base.GenerateAsync(texts, options, cancellationToken);
    }

    private static async Task<byte[]> EmbedAsync(LocalEmbeddingGenerator model, IReadOnlyList<string> texts, BenchmarkProgress progress)
    {
        var options = new EmbeddingGenerationOptions();
        options.SetPurpose(EmbeddingPurpose.Document);
        using var vectors = new MemoryStream();
        foreach (string[] chunk in texts.Chunk(TextsAtOnce))
        {
            foreach (var embedding in await model.GenerateAsync(chunk, options))
            {
                vectors.Write(MemoryMarshal.AsBytes(embedding.Vector.Span));
            }

            progress.Add("texts embedded", chunk.Length, texts.Count);
        }

        return vectors.ToArray();
    }

    private static string Hash(IEnumerable<string> texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string text in texts)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
