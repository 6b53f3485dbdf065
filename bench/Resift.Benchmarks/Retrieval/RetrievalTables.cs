using System.Globalization;

namespace Resift.Benchmarks;

/// <summary>Prints figures as Markdown.</summary>
internal static class RetrievalTables
{
    public static void Write(IReadOnlyList<FirstStageFigures> figures, int candidates, TextWriter output)
    {
        output.WriteLine("nDCG@10 is trec_eval's, with ties in the order of the index; recall is of all documents of a grade above 0;");
        output.WriteLine("times are medians a query, reranking's by its share of the pairs of all first stages together.");
        output.WriteLine();
        Row(output, "data set", "first stage", "nDCG@10", $"recall@{candidates}", "ms", "reranked nDCG@10", "reranking ms");
        Row(output, "---", "---", "---:", "---:", "---:", "---:", "---:");
        foreach (var row in figures)
        {
            Row(
                output,
                row.Dataset,
                row.FirstStage,
                Share(row.Ndcg),
                Share(row.Recall),
                Number(row.RetrievalTime, "F1"),
                Share(row.Mixed[0]),
                Number(row.RerankingTime, "F0"));
        }

        output.WriteLine();
        output.WriteLine("nDCG@10 after reranking, by the weight of the first stage in the final order:");
        output.WriteLine();
        Row(output, ["data set", "first stage", .. FirstStageFigures.Weights.Select(weight => Number(weight, "0.##"))]);
        Row(output, ["---", "---", .. FirstStageFigures.Weights.Select(_ => "---:")]);
        foreach (var row in figures)
        {
            Row(output, [row.Dataset, row.FirstStage, .. row.Mixed.Select(Share)]);
        }
    }

    private static void Row(TextWriter output, params string[] cells) => output.WriteLine($"| {string.Join(" | ", cells)} |");

    private static string Share(double value) => Number(value, "F4");

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
