using System.Globalization;

namespace Resift.Cli;

/// <summary>What an examination found, for people and for programs.</summary>
/// <param name="Reranker">Who was examined.</param>
/// <param name="Results">The checks, in their order.</param>
internal sealed record DoctorReport(string Reranker, IReadOnlyList<CheckResult> Results)
{
    public string? Model { get; init; }

    public Uri? Endpoint { get; init; }

    public ScoreScale? Scale { get; init; }

    public bool IsHealthy => Results.All(result => result.Outcome != CheckOutcome.Fail);

    public void WriteText(TextWriter output)
    {
        string address = Endpoint is null ? "" : $" at {Endpoint}";
        output.WriteLine(Printable.OneLine($"{Reranker}{(Model is null || Model == Reranker ? "" : $" ({Model})")}{address}"));
        foreach (var result in Results)
        {
            string line = $"  {Name(result.Outcome),-8} {result.Name,-11} {Printable.OneLine(result.Message).TrimEnd('.')}.";
            output.WriteLine(result.Advice is null ? line : $"{line} {Printable.OneLine(result.Advice)}");
        }

        int failed = Results.Count(result => result.Outcome == CheckOutcome.Fail);
        output.WriteLine(IsHealthy
            ? "Nothing is wrong."
            : string.Create(CultureInfo.InvariantCulture, $"{failed} of {Results.Count} checks failed."));
    }

    public void WriteJson(TextWriter output) => Json.WriteLine(output, indented: true, json =>
    {
        json.WriteStartObject();
        json.WriteString("reranker", Reranker);
        json.WriteString("model", Model);
        json.WriteString("endpoint", Endpoint?.ToString());
        json.WriteString("scale", Scale?.Name());
        json.WriteBoolean("healthy", IsHealthy);
        json.WriteStartArray("checks");
        foreach (var result in Results)
        {
            json.WriteStartObject();
            json.WriteString("check", result.Name);
            json.WriteString("outcome", Name(result.Outcome));
            json.WriteString("message", result.Message);
            json.WriteString("advice", result.Advice);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static string Name(CheckOutcome outcome) => outcome.ToString().ToLowerInvariant();
}
