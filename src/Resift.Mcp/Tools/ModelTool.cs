using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.AI;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Resift.Mcp;

/// <summary>
/// A tool that reads, whose arguments are read by hand: what is wrong with them is told in words that a model can act on, and forms in
/// which models write numbers and lists are taken.
/// </summary>
/// <typeparam name="T">What it gives.</typeparam>
internal abstract class ModelTool<T>(string name, string title, string description, string inputSchema, JsonTypeInfo<T> json)
    : McpServerTool
{
    public override Tool ProtocolTool { get; } = new()
    {
        Name = name,
        Title = title,
        Description = description,
        InputSchema = JsonElement.Parse(inputSchema),
        OutputSchema = AIJsonUtilities.CreateJsonSchema(typeof(T), serializerOptions: json.Options),
        Annotations = new() { Title = title, ReadOnlyHint = true, DestructiveHint = false, IdempotentHint = true, OpenWorldHint = false },
    };

    public override IReadOnlyList<object> Metadata => [];

    public override async ValueTask<CallToolResult> InvokeAsync(
        RequestContext<CallToolRequestParams> request, CancellationToken cancellationToken = default)
    {
        try
        {
            var result = await RunAsync(new(request.Params?.Arguments), cancellationToken).ConfigureAwait(false);
            var structured = JsonSerializer.SerializeToElement(result, json);
            // Agents that know no structured content read the same as text.
            return new() { StructuredContent = structured, Content = [new TextContentBlock { Text = structured.GetRawText() }] };
        }
        catch (ToolProblem problem)
        {
            return Failed(problem.Message);
        }
        catch (RerankerException exception)
        {
            // What a provider said may name its address and account.
            return Failed(exception.IsTransient
                ? "The model cannot answer now. Try again in a while."
                : "The model failed. Trying again will not help; tell the user that the server's log says why.");
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return Failed(exception.Message.Split(" (Parameter '")[0]);
        }
    }

    /// <summary>Does the work.</summary>
    /// <exception cref="ToolProblem">The arguments mean nothing.</exception>
    protected abstract Task<T> RunAsync(ToolArguments arguments, CancellationToken cancellationToken);

    private static CallToolResult Failed(string message) => new() { IsError = true, Content = [new TextContentBlock { Text = message }] };
}

/// <summary>Ends a call with an error that the model reads: what was expected, what came, and what to do.</summary>
internal sealed class ToolProblem(string message) : Exception(message);
