using System.Text.Json;

namespace Resift.Benchmarks;

/// <summary>The sizes of a BERT cross-encoder that decide how much arithmetic a pair takes.</summary>
/// <param name="Layers">Transformer layers.</param>
/// <param name="Hidden">Width of a token.</param>
/// <param name="Intermediate">Width inside the feed-forward block.</param>
internal sealed record ModelShape(int Layers, int Hidden, int Intermediate)
{
    /// <summary>What <see cref="UsefulFlops"/> counts, in words.</summary>
    public const string Formula =
        "useful FLOPs of a pair of n tokens = (L-1) x (8nh^2 + 4n^2h + 4nhf) + (4nh^2 + 4nh + 4h^2 + 4hf) + 2h^2 + 2h";

    public static ModelShape Read(string modelFolder)
    {
        using var config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(modelFolder, "config.json")));
        int Number(string name) => config.RootElement.GetProperty(name).GetInt32();
        return new(Number("num_hidden_layers"), Number("hidden_size"), Number("intermediate_size"));
    }

    /// <summary>Counts the multiplications and additions that a pair's score needs: no padding, the last layer for [CLS] only.</summary>
    /// <remarks>
    /// A full layer: four h x h projections, scores and weighted sum of attention, two feed-forward products. The last one: keys and
    /// values of every token, everything else for one. Then pooler and classifier. Element-wise work is not counted.
    /// </remarks>
    public double UsefulFlops(int tokens)
    {
        double n = tokens;
        double h = Hidden;
        double f = Intermediate;
        double layer = (8 * n * h * h) + (4 * n * n * h) + (4 * n * h * f);
        double last = (4 * n * h * h) + (4 * n * h) + (4 * h * h) + (4 * h * f);
        return ((Layers - 1) * layer) + last + (2 * h * h) + (2 * h);
    }
}
