using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Resift.AspNetCore;

namespace Resift.Cli.Tests.Serving;

/// <summary>Who may call <c>resift serve</c>: keys that change while it runs, pages in browsers, and TLS.</summary>
public sealed class ServerKeysTests
{
    private const string Body = """{"query":"q","documents":["q"]}""";

    [Fact]
    public async Task Serve_WhoseFileChanges_TakesItsNewKeysAndKeepsThoseOfTheCommandLine()
    {
        await using var server = await RunningServer.StartWithFileAsync(
            File("old"), "--config", "resift.json", "--key-hash", ResiftServerOptions.HashKey("fixed"));
        Assert.Equal("200 401 200", await CallsAsync(server, "old", "new", "fixed"));

        server.Cli.File("resift.json", File("new"));

        await UntilAsync(server, "new", HttpStatusCode.OK);
        Assert.Equal("401 200 200", await CallsAsync(server, "old", "new", "fixed"));
    }

    [Theory]
    [InlineData("{ broken", "line 1")]
    [InlineData("""{"server":{"keys":[{"name":"a","hash":"sha256:12"}]}}""", "64 hexadecimal digits")]
    [InlineData("""{"server":{"keys":[{"name":"a","hash":"sha256:12","requestsPerMinute":0}]}}""", "at least 1")]
    [InlineData("""{"server":{"keys":[]}}""", "There is no key")]
    public async Task Serve_WhoseFileIsWrongNow_KeepsItsKeysAndSaysSo(string wrong, string expected)
    {
        await using var server = await RunningServer.StartWithFileAsync(File("old"), "--config", "resift.json");

        server.Cli.File("resift.json", wrong);
        while (!server.Cli.Error.Contains(expected, StringComparison.Ordinal))
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.Contains("the keys stay as they were", server.Cli.Error, StringComparison.Ordinal);
        Assert.Equal("200 401", await CallsAsync(server, "old", "new"));
        server.Cli.File("resift.json", File("new"));
        await UntilAsync(server, "new", HttpStatusCode.OK);
    }

    [Fact]
    public async Task Serve_WithLimitsOfAKey_FollowsThem()
    {
        await using var server = await RunningServer.StartWithFileAsync(
            $$$"""
            {"server":{"keys":[
              {"name":"slow","hash":"{{{ResiftServerOptions.HashKey("slow")}}}","requestsPerMinute":1},
              {"name":"embeds","hash":"{{{ResiftServerOptions.HashKey("embeds")}}}","models":["all-MiniLM-L6-v2"]}]}}
            """,
            "--config", "resift.json");

        Assert.Equal("200 429 403", await CallsAsync(server, "slow", "slow", "embeds"));
    }

    [Theory]
    [InlineData("""{"server":{"keys":[{"name":"a"}]}}""", "no \"hash\"")]
    [InlineData("""{"server":{"keys":[{"name":"a","hash":"h","tokensPerMinute":0}]}}""", "TokensPerMinute must be at least 1")]
    [InlineData("""{"server":{"keys":[{"name":"a","hash":"zebra-4711"}]}}""", "64 hexadecimal digits")]
    [InlineData("""{"server":{"tls":{}}}""", "no \"certificate\"")]
    [InlineData("""{"server":{"log":"xml"}}""", "text or json")]
    public async Task Serve_WithAFileThatIsWrong_SaysWhy(string json, string expected)
    {
        using var cli = new CommandLine();

        int code = await cli.RunAsync("serve", "--config", cli.File("resift.json", json));

        Assert.Equal(ExitCode.Error, code);
        Assert.Contains(expected, cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("zebra-4711", cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("report", cli.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_WithoutCorsOrigins_TellsNoBrowserThatAPageMayCall()
    {
        await using var server = await RunningServer.StartAsync();

        using var response = await server.SendAsync(
            HttpMethod.Post, "/v1/rerank", Body, headers: ("Origin", "https://app.example"));

        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Serve_WithACorsOrigin_LetsItsPagesCallWithAKeyAndNoOthers()
    {
        await using var server = await RunningServer.StartAsync(
            "--cors-origin", "https://app.example", "--key-hash", ResiftServerOptions.HashKey("test"));

        using var asked = await PreflightAsync("https://app.example");
        using var other = await PreflightAsync("https://evil.example");
        using var answered = await server.SendAsync(
            HttpMethod.Post, "/v1/rerank", Body, "test", ("Origin", "https://app.example"));

        Assert.Equal("https://app.example", Header(asked, "Access-Control-Allow-Origin"));
        Assert.Contains("authorization", Header(asked, "Access-Control-Allow-Headers"), StringComparison.OrdinalIgnoreCase);
        Assert.Null(Header(other, "Access-Control-Allow-Origin"));
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        Assert.Contains("X-Resift-Model", Header(answered, "Access-Control-Expose-Headers"), StringComparison.Ordinal);

        Task<HttpResponseMessage> PreflightAsync(string origin) => server.SendAsync(
            HttpMethod.Options, "/v1/rerank", json: null, key: null, ("Origin", origin), ("Access-Control-Request-Method", "POST"),
            ("Access-Control-Request-Headers", "authorization, content-type"));
    }

    [Theory]
    [InlineData("app.example")]
    [InlineData("https://app.example/path")]
    [InlineData("ftp://app.example")]
    public async Task Serve_WithACorsOriginThatIsNone_IsRefused(string origin)
    {
        using var cli = new CommandLine();

        Assert.Equal(ExitCode.Usage, await cli.RunAsync("serve", "--cors-origin", origin));
        Assert.Contains(origin, cli.Error, StringComparison.Ordinal);
    }

    // A key beside the certificate or in its file, with a password or without; and PKCS #12.
    [Theory]
    [InlineData(true, true, null)]
    [InlineData(true, false, null)]
    [InlineData(true, true, "a password")]
    [InlineData(false, false, "a password")]
    [InlineData(false, false, null)]
    public async Task Serve_WithACertificate_SpeaksTlsByIt(bool isPem, bool hasKeyFile, string? password)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var own = TestCertificate.Sign(key);
        var cli = new CommandLine();
        string keyPem = password is null
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(password, new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        cli.Environment["RESIFT_TLS_CERTIFICATE"] = !isPem
            ? cli.File("server.pfx", own.Export(X509ContentType.Pfx, password))
            : cli.File("server.pem", hasKeyFile ? own.ExportCertificatePem() : $"{own.ExportCertificatePem()}\n{keyPem}");
        if (hasKeyFile)
        {
            cli.Environment["RESIFT_TLS_KEY"] = cli.File("server.key", keyPem);
        }

        if (password is not null)
        {
            cli.Environment["RESIFT_TLS_PASSWORD"] = password;
        }

        string? seen = null;
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) => (seen = certificate?.GetCertHashString()) is not null,
            },
        };
        await using var server = await RunningServer.StartAsync(cli, configuration: null, handler);

        Assert.Equal("https", server.Address.Scheme);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("/v1/rerank", Body)).Status);
        Assert.Equal(own.GetCertHashString(), seen);
    }

    [Fact]
    public async Task Serve_WithACertificateThatIsNone_SaysSoWithoutThePassword()
    {
        using var cli = new CommandLine();
        cli.Environment["RESIFT_TLS_PASSWORD"] = "zebra-4711";

        int code = await cli.RunAsync("serve", "--tls-certificate", cli.File("server.pfx", "nothing"));

        Assert.Equal(ExitCode.Error, code);
        Assert.Contains("server.pfx is not taken as the server's certificate", cli.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("zebra-4711", cli.Error, StringComparison.Ordinal);
    }

    private static string File(string key) =>
        $$$"""{"server":{"keys":[{"name":"{{{key}}}","hash":"{{{ResiftServerOptions.HashKey(key)}}}"}]}}""";

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    private static async Task<string> CallsAsync(RunningServer server, params string[] keys)
    {
        var statuses = new List<int>();
        foreach (string key in keys)
        {
            statuses.Add((int)(await server.PostAsync("/v1/rerank", Body, key)).Status);
        }

        return string.Join(' ', statuses);
    }

    // The file is looked at now and then; how often is nobody's business here.
    private static async Task UntilAsync(RunningServer server, string key, HttpStatusCode status)
    {
        while ((await server.PostAsync("/v1/rerank", Body, key)).Status != status)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
