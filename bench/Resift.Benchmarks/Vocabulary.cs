namespace Resift.Benchmarks;

/// <summary>Real words for generated texts: the entries of the bundled model's vocabulary that are whole words.</summary>
internal static class Vocabulary
{
    private const int ShortestWord = 4;

    public static string[] Words() =>
    [
        .. File.ReadLines(Path.Combine(MiniModels.RerankerFolder, "vocab.txt"))
            .Where(word => word.Length >= ShortestWord && word.All(char.IsAsciiLetterLower)),
    ];
}
