using System.Net;
using System.Text.RegularExpressions;

namespace Resift.Cli.Tests.Serving;

/// <summary>The page that shows the OpenAPI document.</summary>
public sealed partial class ReferencePageTests
{
    [Fact]
    public async Task Reference_OfAServerWithKeys_IsThereForAnybodyAndNamesNoOtherHost()
    {
        await using var server = await RunningServer.StartAsync("--key-hash", AspNetCore.ResiftServerOptions.HashKey("test"));

        using var response = await server.SendAsync(HttpMethod.Get, "/reference", json: null);
        string page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        string policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("connect-src 'self'", policy, StringComparison.Ordinal);
        string[] scripts = [.. Source().Matches(page).Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(scripts);
        foreach (string script in scripts)
        {
            Assert.DoesNotContain("//", script, StringComparison.Ordinal);
            using var answer = await server.SendAsync(HttpMethod.Get, new Uri(new("http://h/reference/"), script).PathAndQuery, json: null);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/openapi/v1.json")).Status);
    }

    [GeneratedRegex("(?:src|href)=\"([^\"#]+)\"")]
    private static partial Regex Source();
}
