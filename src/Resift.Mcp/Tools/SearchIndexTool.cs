using Resift.Retrieval;

namespace Resift.Mcp;

/// <summary>The tool <c>search</c>.</summary>
internal sealed class SearchIndexTool(ResiftMcpOptions options) : ModelTool<SearchToolResult>(
    "search",
    "Search the documents",
    "Searches the user's indexed documents for passages that answer a question: by words and by meaning, then ordered by a reranker. " +
        "Use it before answering from memory, and cite what you use. If nothing fits, ask again in other words." +
        (options.About is { } about ? $" The documents: {about}" : ""),
    $$"""
    {
      "type": "object",
      "properties": {
        "query": { "type": "string", "description": "What is looked for: a question, or a few words." },
        "top_n": { "type": "integer", "minimum": 1, "maximum": {{MostHits}}, "description": "How many passages are wanted at most." },
        "filter": {
          "type": "array",
          "items": { "type": "string" },
          "description": "Conditions on metadata that all must hold, such as \"path=docs/**\", \"lang=en|de\" or \"year>=2020\"."
        }
      },
      "required": ["query"]
    }
    """,
    ToolJson.Default.SearchToolResult)
{
    private const int MostHits = 50;

    // What stands around a text: names of fields, ids, numbers.
    private const int TokensAroundAHit = 60;

    protected override async Task<SearchToolResult> RunAsync(ToolArguments arguments, CancellationToken cancellationToken)
    {
        string query = arguments.Text("query", "a question or a few words");
        var wishes = options.SearchOptions?.Invoke(query).Clone() ?? new SearchOptions();
        wishes.TopN = arguments.Number("top_n", 1, MostHits) ?? wishes.TopN;
        wishes.Candidates = Math.Max(wishes.Candidates, wishes.TopN);
        wishes.GroupByDocument = false;
        wishes.Filter = Combined(wishes.Filter, arguments.Texts("filter", "a list of conditions such as [\"lang=en\"]"));
        var found = await options.Search!.SearchAsync(query, wishes, cancellationToken).ConfigureAwait(false);
        return Pack(found);
    }

    private SearchToolResult Pack(SearchResponse found)
    {
        var hits = new List<PassageResult>();
        int room = options.MaxTokens;
        foreach (var hit in found.Hits)
        {
            string text = PromptText.Defuse(hit.Text);
            string? title = new RagPassage(hits.Count + 1, hit).Title is { } headings ? PromptText.Defuse(headings) : null;
            int around = TokensAroundAHit + TokenEstimate.Count(title);
            int tokens = around + TokenEstimate.Count(text);
            bool isCut = tokens > room && hits.Count == 0;
            if (tokens > room && !isCut)
            {
                break;
            }

            hits.Add(new(hits.Count + 1, hit.Id, isCut ? ResultText.Fit(text, Math.Max(1, room - around)) : text,
                ResultText.Round(hit.Score), ResultText.NameOf(hit.ScoreScale))
            {
                Title = title,
                Uri = options.Documents is null ? null : WholeDocument.UriOf(hit.Id),
                Start = hit.Document.Location?.Start,
                Cut = isCut ? true : null,
            });
            room -= tokens;
        }

        return new(hits, hits.Count == 0 ? "Nothing was found. Ask in other words, or with fewer conditions." : ResultText.Note)
        {
            LeftOut = found.Hits.Count > hits.Count ? found.Hits.Count - hits.Count : null,
            Degraded = found.IsDegraded ? ResultText.Degraded : null,
        };
    }

    private static MetadataFilter? Combined(MetadataFilter? usual, string[] conditions)
    {
        if (conditions.Length == 0)
        {
            return usual;
        }

        try
        {
            return new([.. usual?.Conditions ?? [], .. MetadataFilter.Parse(conditions).Conditions]);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new ToolProblem($"'filter' cannot be read. {exception.Message.Split(" (Parameter '")[0]} Correct it, or leave it out.");
        }
    }
}
