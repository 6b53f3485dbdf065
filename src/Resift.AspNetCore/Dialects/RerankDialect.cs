using System.Text.Json;
using System.Text.Json.Nodes;

namespace Resift.AspNetCore;

/// <summary>What a limit of 0 results means.</summary>
internal enum ZeroLimit
{
    Refused,
    All,
    None,
}

/// <summary>What the fields of a dialect are called and may hold.</summary>
internal sealed record RerankFields
{
    /// <summary>Gets the name of the dialect.</summary>
    public required string Dialect { get; init; }

    public string Documents { get; init; } = "documents";

    public DocumentForms Forms { get; init; } = DocumentForms.Text;

    /// <summary>Gets the field that names what is ranked of an object; null where there is none.</summary>
    public string? RankFields { get; init; }

    /// <summary>Gets what is ranked of an object if nobody says; null for all of it.</summary>
    public IReadOnlyList<string>? DefaultRankFields { get; init; } = ["text"];

    /// <summary>Gets the field that limits how many results come back; null where all do.</summary>
    public string? Limit { get; init; } = "top_n";

    public ZeroLimit Zero { get; init; }

    /// <summary>Gets the field that asks for the documents in the answer; null where nobody asks.</summary>
    public string? Echo { get; init; }

    public bool EchoesByDefault { get; init; }

    public bool RequiresModel { get; init; }

    public bool AllowsEmptyDocuments { get; init; } = true;

    /// <summary>Gets how many documents the original takes at most.</summary>
    public int MaxDocuments { get; init; } = int.MaxValue;
}

/// <summary>How one family of clients asks for a ranking, and is answered.</summary>
/// <param name="fields">Its fields.</param>
internal abstract class RerankDialect(RerankFields fields) : Dialect
{
    public override string Name => fields.Dialect;

    public RerankFields Fields => fields;

    /// <summary>Reads a request.</summary>
    /// <param name="body">What was sent.</param>
    /// <param name="maxDocuments">How many documents the server takes.</param>
    /// <exception cref="ServerProblem">It means nothing.</exception>
    public virtual RerankCall Read(RequestBody body, int maxDocuments)
    {
        string? model = body.Text("model");
        if (fields.RequiresModel && string.IsNullOrEmpty(model))
        {
            throw new ServerProblem(ProblemKind.Invalid, "a model parameter is required for this endpoint.");
        }

        return new(ReadQuery(body), ReadDocuments(body, Math.Min(maxDocuments, fields.MaxDocuments)))
        {
            Model = model,
            TopN = ReadLimit(body),
            Echo = fields.Echo is { } echo && body.Flag(echo) is { } wish ? wish : fields.EchoesByDefault,
        };
    }

    /// <summary>Creates the body of an answer.</summary>
    public abstract JsonNode Answer(RerankAnswer answer);

    /// <summary>Reads what is asked.</summary>
    protected virtual string ReadQuery(RequestBody body) => NotBlank(body.Text("query"), "query");

    protected static string NotBlank(string? text, string name) => string.IsNullOrWhiteSpace(text)
        ? throw new ServerProblem(ProblemKind.Invalid, $"{name} must not be empty or be only whitespace")
        : text;

    /// <summary>Reads an array of documents.</summary>
    protected WireDocument[] ReadArray(JsonElement array, string name, int max, IReadOnlyList<string>? rankFields = null)
    {
        if (array.ValueKind is not JsonValueKind.Array)
        {
            throw RequestBody.Wrong(name, "an array", array);
        }

        int count = array.GetArrayLength();
        if (count == 0)
        {
            throw new ServerProblem(ProblemKind.Empty, $"list of {name} must not be empty");
        }

        if (count > max)
        {
            throw new ServerProblem(ProblemKind.TooMany, $"{name} has {count} items; at most {max} are taken in one request");
        }

        var documents = new WireDocument[count];
        for (int i = 0; i < count; i++)
        {
            documents[i] = WireDocument.Read(array[i], $"{name}[{i}]", fields.Forms, rankFields);
            if (!fields.AllowsEmptyDocuments && string.IsNullOrWhiteSpace(documents[i].Text))
            {
                throw new ServerProblem(ProblemKind.Invalid, $"document at index {i} cannot be empty");
            }
        }

        return documents;
    }

    private WireDocument[] ReadDocuments(RequestBody body, int max)
    {
        var rankFields = fields.RankFields is { } name ? body.Names(name) : null;
        if (rankFields is [])
        {
            throw new ServerProblem(ProblemKind.Invalid,
                $"{fields.RankFields} cannot be empty, it must either contain at least one field or be omitted");
        }

        return body.Find(fields.Documents) is { } array
            ? ReadArray(array, fields.Documents, max, rankFields ?? fields.DefaultRankFields)
            : throw new ServerProblem(ProblemKind.Empty, $"list of {fields.Documents} must not be empty");
    }

    private int? ReadLimit(RequestBody body) => (fields.Limit is { } name ? body.Number(name) : null) switch
    {
        null => null,
        0 when fields.Zero is ZeroLimit.All => null,
        0 when fields.Zero is ZeroLimit.None => 0,
        < 1 and var limit => throw new ServerProblem(ProblemKind.Invalid, $"{fields.Limit} is {limit}; at least 1 was expected"),
        var limit => limit,
    };
}
