using Resift.Testing;

namespace Resift.AspNetCore.Tests.Clients;

/// <summary>
/// The clients that providers publish for Node, unchanged but for their base URL: <c>test/clients</c> has a program for each, with pinned
/// versions. They are installed once, into the folder of build outputs.
/// </summary>
public sealed class NodeClientTests
{
    private const string Key = "b1946ac92492d2347c6235b4d2611184";

    private bool _wasBusy;

    [Theory]
    [InlineData("cohere.mjs", 8)]
    [InlineData("voyage.mjs", 4)]
    [InlineData("openai.mjs", 4)]
    public async Task Client_AsItIsPublished_TalksToTheServer(string program, int checks)
    {
        string folder = await ExternalProgram.InstallNodePackagesAsync("test/clients");
        await using var server = await TestServer.StartAsync(
            options =>
            {
                options.KeyHashes.Add(ResiftServerOptions.HashKey(Key));
                options.Aliases["rerank-2.5"] = "words";
                options.Aliases["text-embedding-3-small"] = "hash";
            },
            new TestReranker { RerankAsyncCallback = RerankAsync });

        var (code, output) = await ExternalProgram.RunAsync("node", folder, program, server.Address.ToString().TrimEnd('/'), Key);

        Assert.True(code == 0, output);
        Assert.Equal(checks, output.Split('\n').Count(line => line.StartsWith("ok ", StringComparison.Ordinal)));
    }

    private async Task<RerankResponse> RerankAsync(
        string query, IReadOnlyList<string> documents, RerankOptions? options, CancellationToken cancellationToken)
    {
        if (query == "busy once" && !_wasBusy)
        {
            _wasBusy = true;
            throw new RerankerRejectedException("busy");
        }

        if (query == "slow")
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        using var words = new TestReranker();
        return await words.RerankAsync(query, documents, options, cancellationToken);
    }
}
