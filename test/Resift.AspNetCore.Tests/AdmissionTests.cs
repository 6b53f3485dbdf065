using System.Net;
using Microsoft.AspNetCore.Http;

namespace Resift.AspNetCore.Tests;

/// <summary>Who may call.</summary>
public sealed class AdmissionTests
{
    private const string Good = """{"model":"words","query":"q","documents":["q"]}""";
    private const string Key = "b1946ac92492d2347c6235b4d2611184";

    [Theory]
    [InlineData("Authorization", "Bearer " + Key, 200)]
    [InlineData("Authorization", "bearer " + Key, 200)]
    [InlineData("Api-Key", Key, 200)]
    [InlineData("X-Api-Key", Key, 200)]
    [InlineData("Authorization", "Bearer wrong", 401)]
    [InlineData("Authorization", "Bearer ", 401)]
    [InlineData("Authorization", "Basic " + Key, 401)]
    [InlineData("Api-Key", "wrong", 401)]
    [InlineData("X-Other", Key, 401)]
    public async Task Request_WithKeys_NeedsOne(string header, string value, int status)
    {
        await using var server = await TestServer.StartAsync(options =>
        {
            options.KeyHashes.Add(ResiftServerOptions.HashKey("another"));
            options.KeyHashes.Add(ResiftServerOptions.HashKey(Key));
        });

        Assert.Equal(status, (int)(await server.PostAsync("/v2/rerank", Good, (header, value))).Status);
        Assert.Equal(status, (int)(await server.GetAsync("/v1/models", (header, value))).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/health")).Status);
    }

    [Theory]
    [InlineData("/cohere/v2/rerank", "message")]
    [InlineData("/voyage/v1/rerank", "detail")]
    [InlineData("/tei/rerank", "error")]
    public async Task Request_WithoutAKey_IsToldSoInItsDialect(string path, string field)
    {
        await using var server = await TestServer.StartAsync(options => options.KeyHashes.Add(ResiftServerOptions.HashKey(Key)));

        var reply = await server.PostAsync(path, Good);

        Assert.Equal(HttpStatusCode.Unauthorized, reply.Status);
        Assert.Contains("no api key", reply.Json.GetProperty(field).GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.1.2.3", "localhost", false, false)]
    [InlineData("10.1.2.3", "localhost", true, true)]
    [InlineData("127.0.0.1", "localhost", false, true)]
    [InlineData("127.0.0.1", "127.0.0.1", false, true)]
    [InlineData("::1", "[::1]", false, true)]
    [InlineData(null, "localhost", false, true)]
    // A page in a browser, whose own name was pointed at this machine.
    [InlineData("127.0.0.1", "evil.example", false, false)]
    public void Admit_WithoutKeys_AdmitsThisMachineOnly(string? remote, string host, bool allows, bool expected)
    {
        var options = new ResiftServerOptions { AllowsAnonymousRemotes = allows };
        var admission = new Admission(options, new(options, TimeProvider.System));
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = remote is null ? null : IPAddress.Parse(remote);
        context.Request.Host = new HostString(host, 8080);

        var thrown = Record.Exception(() => admission.Admit(context));

        Assert.Equal(expected ? null : ProblemKind.Forbidden, (thrown as ServerProblem)?.Kind);
    }

    [Theory]
    [InlineData("b1946ac92492d2347c6235b4d2611184")]
    [InlineData("sha256:12")]
    [InlineData("sha256:zz2c0f3b4c1f1d6b1b1f1d6b1b1f1d6b1b1f1d6b1b1f1d6b1b1f1d6b1b1f1d6b")]
    public async Task Start_WithAHashThatIsNone_FailsWithoutShowingIt(string hash)
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => TestServer.StartAsync(options => options.KeyHashes.Add(hash)));

        Assert.DoesNotContain(hash, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithAnAliasOfNoModel_Fails()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => TestServer.StartAsync(options => options.Aliases["a"] = "nobody"));

        Assert.Contains("nobody", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithAModelThatTheContainerLacks_Fails()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => TestServer.StartAsync(options => options.AddReranker("other", serviceKey: "missing")));

        Assert.Contains("missing", error.Message, StringComparison.Ordinal);
    }
}
