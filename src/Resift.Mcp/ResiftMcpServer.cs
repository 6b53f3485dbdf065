using Microsoft.Extensions.Logging;
using ModelContextProtocol.Server;

namespace Resift.Mcp;

/// <summary>Serves an agent that has started this process, over standard input and output or any other pair of streams.</summary>
public static class ResiftMcpServer
{
    private const string Name = "resift";

    /// <summary>Serves one agent until it closes its stream.</summary>
    /// <param name="options">What it is offered.</param>
    /// <param name="input">What it writes.</param>
    /// <param name="output">What it reads; nobody else may write there.</param>
    /// <param name="loggerFactory">Hears what goes wrong; null for nobody.</param>
    /// <param name="cancellationToken">Ends it before.</param>
    /// <returns>A task that ends with the agent.</returns>
    /// <exception cref="ArgumentException">The options have neither search nor reranker nor documents.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task RunAsync(
        ResiftMcpOptions options, Stream input, Stream output, ILoggerFactory? loggerFactory = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        var protocol = new McpServerOptions();
        Configure(protocol, options);
        var transport = new StreamServerTransport(input, output, Name, loggerFactory);
        await using (transport.ConfigureAwait(false))
        {
            var server = McpServer.Create(transport, protocol, loggerFactory);
            await using (server.ConfigureAwait(false))
            {
                await server.RunAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    internal static void Configure(McpServerOptions protocol, ResiftMcpOptions options)
    {
        protocol.ServerInfo = new()
        {
            Name = Name,
            Title = "Resift",
            Version = typeof(ResiftMcpServer).Assembly.GetName().Version!.ToString(3),
        };
        var tools = new McpServerPrimitiveCollection<McpServerTool>();
        if (options.Search is not null)
        {
            tools.Add(new SearchIndexTool(options));
            protocol.ServerInstructions = "Search the user's documents with the tool search before answering from memory, and cite the " +
                "passages that you use by their document ids.";
        }

        if (options.Reranker is not null)
        {
            tools.Add(new RerankTool(options));
        }

        if (options.Documents is { } documents)
        {
            tools.Add(new GetDocumentTool(options));
            var resources = new DocumentResources(documents);
            protocol.Handlers.ListResourcesHandler = resources.ListAsync;
            protocol.Handlers.ListResourceTemplatesHandler = static (_, _) => new(DocumentResources.Templates);
            protocol.Handlers.ReadResourceHandler = resources.ReadAsync;
        }

        if (tools.IsEmpty)
        {
            throw new ArgumentException("The options offer nothing: Search, Reranker or Documents was expected.", nameof(options));
        }

        protocol.ToolCollection = tools;
    }
}
