using System.IO.Pipelines;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace Resift.Mcp.Tests;

/// <summary>A server and an agent in one process, with two pipes between them.</summary>
internal sealed class StreamAgent : IAsyncDisposable
{
    private readonly Pipe _toServer = new();
    private readonly Pipe _toAgent = new();
    private readonly Task _running;

    private StreamAgent(ResiftMcpOptions options) =>
        _running = ResiftMcpServer.RunAsync(options, _toServer.Reader.AsStream(), _toAgent.Writer.AsStream());

    public McpClient Client { get; private set; } = null!;

    public static async Task<StreamAgent> StartAsync(ResiftMcpOptions options, string? version = null)
    {
        var agent = new StreamAgent(options);
        var transport = new StreamClientTransport(agent._toServer.Writer.AsStream(), agent._toAgent.Reader.AsStream());
        agent.Client = await McpClient.CreateAsync(transport, new() { ProtocolVersion = version }, cancellationToken: TestIndex.Token);
        return agent;
    }

    /// <summary>Closes the agent's stream, after which the server ends by itself.</summary>
    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await _toServer.Writer.CompleteAsync();
        await _running;
    }
}
