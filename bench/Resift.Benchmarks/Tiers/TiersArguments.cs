using System.Globalization;

namespace Resift.Benchmarks;

/// <summary>What the tiers are measured on.</summary>
internal sealed record TiersArguments
{
    private static readonly string[] _known = ["--datasets", "--folder", "--docs", "--queries", "--cache"];

    /// <summary>Gets the folders of the data sets.</summary>
    public required IReadOnlyList<string> Datasets { get; init; }

    /// <summary>Gets the folders of documentation.</summary>
    public required IReadOnlyList<string> Documentation { get; init; }

    /// <summary>Gets how many questions of each set are asked at most.</summary>
    public required int Queries { get; init; }

    /// <summary>Gets the folder that keeps indexes and embeddings.</summary>
    public required string Cache { get; init; }

    public static TiersArguments Parse(IReadOnlyList<string> args)
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

        string? folder = given.GetValueOrDefault("--folder") ?? Repository.SharedOrNull("datasets");
        string names = given.GetValueOrDefault(
            "--datasets", folder is null ? "" : "trec-dl21-passage,scifact,nfcorpus,cranfield,cosqa");
        string[] documentation = given.GetValueOrDefault("--docs") is { } docs
            ? [.. Directory.GetDirectories(docs).Where(path => Path.GetFileName(path)[0] is not ('.' or '_')).Order(StringComparer.Ordinal)]
            : [];
        string[] datasets =
        [
            .. names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(name => Existing(Path.Combine(
                    folder ?? throw new ArgumentException("Name the data sets' folder with --folder."), name))),
        ];
        return datasets is [] && documentation is []
            ? throw new ArgumentException("There is nothing to measure: name data sets with --folder and --datasets, or folders of " +
                "documentation with --docs (bench/fetch-docs.sh fetches those that have judged questions).")
            : new()
            {
                Datasets = datasets,
                Documentation = documentation,
                Queries = given.TryGetValue("--queries", out string? queries) ? Number(queries) : int.MaxValue,
                Cache = given.GetValueOrDefault("--cache") ?? Path.Combine(Repository.Root, "artifacts", "tiers"),
            };
    }

    private static string Existing(string folder) => Directory.Exists(folder)
        ? folder
        : throw new ArgumentException($"There is no data set {folder}.");

    private static int Number(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
            ? number
            : throw new ArgumentException($"--queries needs a number of at least 1 after it, but '{value}' came.");
}
