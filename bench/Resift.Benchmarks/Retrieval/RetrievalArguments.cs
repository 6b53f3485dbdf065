using System.Globalization;
using Resift.Evaluation;

namespace Resift.Benchmarks;

/// <summary>What is measured, and on what.</summary>
internal sealed record RetrievalArguments
{
    private static readonly string[] _known = ["--datasets", "--queries", "--candidates", "--cache", "--folder", "--threads"];

    public required IReadOnlyList<BeirDataset> Datasets { get; init; }

    /// <summary>Gets how many queries of each data set are asked at most.</summary>
    public required int Queries { get; init; }

    /// <summary>Gets how many candidates the first stage finds.</summary>
    public required int Candidates { get; init; }

    /// <summary>Gets the folder that keeps the embeddings of the corpora.</summary>
    public required string Cache { get; init; }

    /// <summary>Gets how many threads each model computes with.</summary>
    public required int Threads { get; init; }

    public static RetrievalArguments Parse(IReadOnlyList<string> args)
    {
        var given = new Dictionary<string, string>();
        for (int i = 0; i < args.Count; i += 2)
        {
            if (!_known.Contains(args[i]))
            {
                throw new ArgumentException($"Unknown argument '{args[i]}'; expected one of {string.Join(", ", _known)}.");
            }

            given[args[i]] = i + 1 < args.Count ? args[i + 1] : throw new ArgumentException($"{args[i]} needs a value after it.");
        }

        string folder = given.GetValueOrDefault("--folder") ?? Repository.SharedOrNull("datasets") ?? throw new ArgumentException(
            "There is no folder shared/datasets beside the repository. Name the folder that holds the data sets with --folder.");
        string[] names = given.GetValueOrDefault("--datasets", "scifact,nfcorpus,cranfield,cosqa")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new()
        {
            Datasets = [.. names.Select(name => BeirDataset.Open(Path.Combine(folder, name)))],
            Queries = Number("--queries", int.MaxValue),
            Candidates = Number("--candidates", 50),
            Cache = given.GetValueOrDefault("--cache") ?? Path.Combine(Repository.Root, "artifacts", "embeddings"),
            Threads = Number("--threads", Environment.ProcessorCount),
        };

        int Number(string name, int otherwise) => !given.TryGetValue(name, out string? value) ? otherwise
            : int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number
            : throw new ArgumentException($"{name} needs a number of at least 1 after it, but '{value}' came.");
    }
}
