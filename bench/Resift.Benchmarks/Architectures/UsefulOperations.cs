using Resift.Local.Models;

namespace Resift.Benchmarks;

/// <summary>
/// Counts the multiplications and additions that the score of a sequence needs, for any architecture: no padding, the last layer for one
/// token where one is read, and only what attention sees. Element-wise work, and the comparison with relative positions, are not counted.
/// </summary>
internal static class UsefulOperations
{
    public static double Count(EncoderConfig config, int tokens)
    {
        var head = config.Architecture.Head(config, labels: 1);
        double sum = 0;
        for (int i = 0; i < config.Layers; i++)
        {
            var layer = config.Architecture.Layer(config, i);
            bool isLast = i == config.Layers - 1;
            double rows = isLast && head.Pooling != Pooling.Mean ? 1 : tokens;
            sum += tokens * (Of(layer.Key) + Of(layer.Value));
            sum += rows * (Of(layer.Query) + Of(layer.AttentionOutput) + Of(layer.Up) + Of(layer.Gate) + Of(layer.Down));
            sum += 4.0 * layer.Query.Rows * (rows < tokens ? tokens : Pairs(layer, tokens));
        }

        return sum + Of(head.Dense) + Of(head.Classifier);
    }

    private static double Of(DenseLayout? dense) => dense is null ? 0 : 2.0 * dense.Rows * dense.Input.Size;

    /// <summary>How many pairs of query and key are compared.</summary>
    private static double Pairs(LayerLayout layer, int tokens)
    {
        int window = layer.Window ?? tokens;
        return Enumerable.Range(0, tokens).Sum(token =>
            (double)Math.Min(token, window) + 1 + (layer.IsCausal ? 0 : Math.Min(tokens - 1 - token, window)));
    }
}
