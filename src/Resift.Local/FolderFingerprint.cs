using System.Security.Cryptography;
using Resift.Local.Configuration;
using Resift.Local.Models;
using Resift.Local.Tokenization;

namespace Resift;

/// <summary>Hashes the files of a model's folder that its scores or vectors depend on.</summary>
internal static class FolderFingerprint
{
    // All that is read of a folder here but the card, which changes no score.
    private static readonly string[] _files =
    [
        EncoderConfig.FileName,
        LocalCalibration.FileName,
        VocabularyFile.AddedTokensFileName,
        SentenceTransformersConfig.FileName,
        ModuleList.FileName,
        SentenceBertConfig.FileName,
        TokenizerConfiguration.TokensFileName,
        TokenizerJson.FileName,
        TokenizerConfiguration.FileName,
        VocabularyFile.FileName,
    ];

    /// <summary>Reads all of the files, which takes about 10 ms for each ten megabytes.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="info">What the model is, with the limit and the weights that it runs with.</param>
    /// <param name="weights">Its weights.</param>
    public static ModelFingerprint Compute(string folder, LocalModelInfo info, WeightStore weights) => Compute(
        folder,
        info.Kind,
        weights.Paths,
        info.MaxTokens,
        info.RelevantLabel,
        info switch
        {
            { Precision: LocalPrecision.Int8 } => "int8 arithmetic",
            _ when info.WeightType != weights.Type && info.WeightType != LocalWeightType.Single => $"{info.WeightType} weights",
            _ => null,
        });

    /// <summary>Reads all of the files of a model in any runtime.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="kind">What it is used as.</param>
    /// <param name="weights">The files with its weights.</param>
    /// <param name="maxTokens">How many tokens it reads.</param>
    /// <param name="label">The label that means relevance, where there are several.</param>
    /// <param name="how">What else its numbers depend on; null for nothing.</param>
    public static ModelFingerprint Compute(
        string folder, LocalModelKind kind, IEnumerable<string> weights, int maxTokens, string? label, string? how)
    {
        var paths = weights.Concat(_files.Select(file => ModelFolder.Find(folder, file)).OfType<string>());
        if (kind == LocalModelKind.Embedder)
        {
            // One of these states the pooling.
            paths = paths.Concat(Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)
                .Select(module => ModelFolder.Find(module, EncoderConfig.FileName)).OfType<string>());
        }

        var parts = paths.SelectMany(path => new[] { Path.GetRelativePath(folder, path).Replace('\\', '/'), Hash(path) });
        string[] chosen = [.. label is null ? [] : new[] { $"label {label}" }, .. how is null ? [] : new[] { how }];
        return ModelFingerprint.Create([.. parts, FormattableString.Invariant($"{maxTokens} tokens"), .. chosen]);
    }

    private static string Hash(string path)
    {
        using var stream = RegularFile.Open(path);
        return Convert.ToHexString(SHA256.HashData(stream));
    }
}
