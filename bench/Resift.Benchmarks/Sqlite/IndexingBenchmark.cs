using System.Diagnostics;
using Microsoft.Extensions.AI;
using Resift.Cli;
using Resift.Retrieval;
using Resift.Sqlite;

namespace Resift.Benchmarks;

/// <summary>
/// How near indexing a folder comes to the embedder alone: passages and tokens a second of both over the same passages, in turns. Times are
/// the process's own on the processors, so that what else the machine does weighs little.
/// </summary>
internal static class IndexingBenchmark
{
    private static readonly IndexRecipe _recipe = new() { Tokens = PassageCutter.DefaultTokens, Overlap = PassageCutter.DefaultOverlap };

    public static async Task<int> RunAsync(string folder, IReadOnlyList<string> args, TextWriter output)
    {
        var numbers = NumberArguments.Parse(args, ("--files", int.MaxValue), ("--rounds", 1));
        using var embedder = MiniModels.LoadEmbeddingGenerator();
        var countTokens = (TokenCounter)embedder.GetService(typeof(TokenCounter))!;
        var cutter = new PassageCutter(countTokens, _recipe);
        var documents = await ReadAsync(folder, numbers["--files"], cutter).ConfigureAwait(false);
        string[] texts = [.. documents.SelectMany(document => document.Passages()).Select(PassageTemplate.TitleAndHeadings.TextOf)];
        long tokens = texts.Sum(text => (long)countTokens(text));
        await embedder.GenerateAsync(texts.Take(64)).ConfigureAwait(false);
        await output.WriteLineAsync($"{documents.Count} files, {texts.Length} passages, {tokens} tokens").ConfigureAwait(false);
        for (int round = 0; round < numbers["--rounds"]; round++)
        {
            var alone = await TimeAsync(() => EmbedAsync(embedder, texts)).ConfigureAwait(false);
            var indexing = await TimeAsync(() => IndexAsync(folder, numbers["--files"], cutter, embedder)).ConfigureAwait(false);
            await output.WriteLineAsync(
                $"embedder alone: {Rate(alone)}\nindexing:       {Rate(indexing)}\n" +
                $"indexing has {100 * alone.Processor / indexing.Processor:F0} % of the embedder's speed by processor time, " +
                $"{100 * alone.Wall / indexing.Wall:F0} % by the clock").ConfigureAwait(false);
        }

        return 0;

        string Rate((double Processor, double Wall) time) =>
            $"{texts.Length / time.Processor:F1} passages and {tokens / time.Processor:F0} tokens a processor second; " +
            $"{texts.Length / time.Wall:F1} passages and {tokens / time.Wall:F0} tokens a second";
    }

    private static async Task<(double Processor, double Wall)> TimeAsync(Func<Task> run)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        await run().ConfigureAwait(false);
        double wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
        process.Refresh();
        return ((process.TotalProcessorTime - before).TotalSeconds, wall);
    }

    // All at once: the engine orders texts by length itself, which no caller can do better.
    private static async Task EmbedAsync(LocalEmbeddingGenerator embedder, string[] texts) =>
        await embedder.GenerateAsync(texts).ConfigureAwait(false);

    private static async Task IndexAsync(
        string folder, int files, PassageCutter cutter, IEmbeddingGenerator<string, Embedding<float>> embedder)
    {
        var target = Directory.CreateTempSubdirectory("resift-bench-");
        try
        {
            using var index = SqliteIndex.Open(Path.Combine(target.FullName, "index.db"));
            var documents = await ReadAsync(folder, files, cutter).ConfigureAwait(false);
            await index.GetCollection(options: cutter.CollectionOptions).UpsertAsync(documents.ToAsyncEnumerable(), embedder)
                .ConfigureAwait(false);
        }
        finally
        {
            target.Delete(recursive: true);
        }
    }

    private static async Task<List<IndexedDocument>> ReadAsync(string folder, int most, PassageCutter cutter)
    {
        var source = IndexSource.Find(folder, folder, new(), null, new(), CancellationToken.None);
        var documents = new List<IndexedDocument>();
        foreach (var file in source.Walk.Files.Take(most))
        {
            await using var reading = new FileReading(file, source.Reader, _ => { });
            while (await reading.NextAsync(CancellationToken.None).ConfigureAwait(false) is { } document)
            {
                documents.Add(cutter.Prepare(document));
            }
        }

        return documents;
    }
}
