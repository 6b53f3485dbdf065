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
    /// <param name="info">What the model is, with the limit that it runs with.</param>
    /// <param name="weightFiles">The files that hold its weights.</param>
    public static ModelFingerprint Compute(string folder, LocalModelInfo info, IEnumerable<string> weightFiles)
    {
        var paths = weightFiles.Concat(_files.Select(file => ModelFolder.Find(folder, file)).OfType<string>());
        if (info.Kind == LocalModelKind.Embedder)
        {
            // One of these states the pooling.
            paths = paths.Concat(Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)
                .Select(module => ModelFolder.Find(module, EncoderConfig.FileName)).OfType<string>());
        }

        var parts = paths.SelectMany(path => new[] { Path.GetRelativePath(folder, path).Replace('\\', '/'), Hash(path) });
        string[] label = info.RelevantLabel is null ? [] : [$"label {info.RelevantLabel}"];
        return ModelFingerprint.Create([.. parts, FormattableString.Invariant($"{info.MaxTokens} tokens"), .. label]);
    }

    private static string Hash(string path)
    {
        using var stream = RegularFile.Open(path);
        return Convert.ToHexString(SHA256.HashData(stream));
    }
}
