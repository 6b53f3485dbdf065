using System.Globalization;

namespace Resift.Cli;

/// <summary>A model of the hub that is known here.</summary>
/// <param name="Repository">Its name on the hub.</param>
/// <param name="Kind">Whether it is a reranker or an embedder.</param>
/// <param name="Parameters">The number of its parameters, in millions.</param>
/// <param name="Languages">The languages that it was taught.</param>
/// <param name="Tokens">How many tokens it reads; null where there is no limit.</param>
/// <param name="License">Its licence, as the model card states it.</param>
/// <param name="ModelType">The <c>model_type</c> that computes it, or a name for what would.</param>
/// <param name="Weights">The weights that the repository has.</param>
/// <param name="Purpose">What it is good for.</param>
internal sealed record CatalogueEntry(
    string Repository, string Kind, double Parameters, string Languages, int? Tokens, string License, string ModelType, string[] Weights,
    string Purpose)
{
    public string ShortName => Repository[(Repository.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>Gets what runs it: code of this tool, ONNX Runtime alone, or nothing.</summary>
    public string Runs => Weights.Contains("safetensors") && LocalModelInfo.SupportedModelTypes.Contains(ModelType) ? "managed"
        : Weights.Contains("onnx") ? "ONNX only" : "not run";
}

/// <summary>The models of the hub that are known here, a line each in <c>catalogue.tsv</c>.</summary>
internal static class Catalogue
{
    public static IReadOnlyList<CatalogueEntry> All { get; } = [.. Read()];

    /// <summary>Finds a model by its name on the hub or its short name, upper and lower case alike.</summary>
    public static CatalogueEntry? Find(string name) => All.FirstOrDefault(entry =>
        entry.Repository.Equals(name, StringComparison.OrdinalIgnoreCase)
        || entry.ShortName.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<CatalogueEntry> Read()
    {
        using var reader = new StreamReader(typeof(Catalogue).Assembly.GetManifestResourceStream("catalogue.tsv")!);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                string[] fields = line.Split('\t');
                double parameters = double.Parse(fields[2], CultureInfo.InvariantCulture);
                int? tokens = fields[4] == "-" ? null : int.Parse(fields[4], CultureInfo.InvariantCulture);
                yield return new(
                    fields[0], fields[1], parameters, fields[3], tokens, fields[5], fields[6], fields[7].Split('+'), fields[8]);
            }
        }
    }
}
