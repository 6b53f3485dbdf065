using System.Diagnostics;
using System.Globalization;
using System.Text;
using Resift.Evaluation;
using Resift.Local.Tokenization;

namespace Resift.Benchmarks;

/// <summary>How fast one thread turns English text into tokens: it must never be what a reranker waits for.</summary>
public static class TokenizationBenchmark
{
    private const int Rounds = 15;
    private const int DocumentsPerQuery = 50;

    /// <summary>Encodes passages in several ways and prints the speed of each.</summary>
    /// <param name="folder">A folder with a tokenizer; null for the one of the bundled reranker.</param>
    public static async Task RunAsync(string? folder)
    {
        long start = Stopwatch.GetTimestamp();
        var tokenizer = TokenizerLoader.Load(folder ?? Path.Combine(Repository.Root, "models", "resift-mini-v2"));
        Print($"loaded in {Stopwatch.GetElapsedTime(start).TotalMilliseconds:F1} ms (first load of this process)");

        (string source, string[] passages) = await ReadPassagesAsync();
        long bytes = passages.Sum(passage => (long)Encoding.UTF8.GetByteCount(passage));
        Print($"{passages.Length} passages, {bytes / 1e6:F1} MB of UTF-8, from {source}");

        int[] ids = new int[passages.Max(passage => passage.Length)];
        Measure("texts, all ids", bytes, () => passages.Sum(passage => (long)tokenizer.Encode(passage, ids)));
        Measure("texts, counted only", bytes, () => passages.Sum(passage => (long)tokenizer.Encode(passage, [])));
        MeasurePairs("pairs, at most 256", bytes, passages, new PairEncoder(tokenizer, 256));
        MeasurePairs("pairs, unlimited", bytes, passages, new PairEncoder(tokenizer, int.MaxValue));
    }

    private static void MeasurePairs(string name, long bytes, string[] passages, PairEncoder encoder) => Measure(name, bytes, () =>
    {
        long tokens = 0;
        EncodedQuery query = default;
        for (int i = 0; i < passages.Length; i++)
        {
            if (i % DocumentsPerQuery == 0)
            {
                query = encoder.EncodeQuery("how does a changing climate affect the price of bread");
            }

            tokens += encoder.Encode(query, passages[i]).Ids.Length;
        }

        return tokens;
    });

    private static void Measure(string name, long bytes, Func<long> encode)
    {
        long tokens = 0;
        double[] seconds = new double[Rounds];
        long allocated = 0;

        // The first rounds are spent on the runtime's optimizations.
        for (int i = -5; i < Rounds; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            tokens = encode();
            seconds[Math.Max(i, 0)] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Array.Sort(seconds);
        double best = bytes / seconds[0] / 1e6;
        double median = bytes / seconds[Rounds / 2] / 1e6;
        double millions = tokens / seconds[0] / 1e6;
        Print($"{name,-20} best {best,6:F1} MB/s, median {median,6:F1}, {millions,5:F1} M tokens/s, {allocated / 1e6,5:F1} MB allocated");
    }

    private static async Task<(string Source, string[] Passages)> ReadPassagesAsync()
    {
        if (Repository.SharedOrNull("datasets/trec-dl21-passage") is not { } folder)
        {
            return ("a made-up text", MakePassages());
        }

        var dataset = BeirDataset.Open(folder);
        return (dataset.Name, await dataset.ReadCorpusAsync().Take(20_000).Select(document => document.Text).ToArrayAsync());
    }

    private static string[] MakePassages()
    {
        string[] words = ("the of and in to a is that for water energy government cells population percent because Reranking "
            + "photosynthesis unbelievable twentieth-century (approximately) 1,250 km; Dr. Smith's hypothesis; electroencephalogram")
            .Split(' ');
        var random = new Random(1);
        return [.. Enumerable.Range(0, 10_000).Select(_ => string.Join(' ', random.GetItems(words, 60)))];
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
