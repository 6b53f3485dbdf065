using System.CommandLine;
using System.Text;

namespace Resift.Cli;

/// <summary>The question of a search, on the command line or on standard input.</summary>
internal sealed class QueryOptionGroup
{
    private readonly Argument<string[]> _query;

    public QueryOptionGroup(string name) => _query = new(name)
    {
        Description = "What is asked, in quotes or as it is; '-' reads it from standard input.",
        Arity = ArgumentArity.OneOrMore,
    };

    public void AddTo(Command command) => command.Add(_query);

    /// <summary>Gets the question.</summary>
    /// <exception cref="UsageException">It is blank.</exception>
    public async Task<string> ReadAsync(ParseResult parsed, CliConsole console, CancellationToken cancellationToken)
    {
        string query = string.Join(' ', parsed.GetValue(_query)!);
        if (query == "-")
        {
            await using var input = console.OpenText("-");
            query = Encoding.UTF8.GetString((await input.ReadRestAsync(cancellationToken)).Span).Trim();
        }

        return string.IsNullOrWhiteSpace(query)
            ? throw new UsageException("the query is blank; a text to search for was expected.")
            : query;
    }
}
