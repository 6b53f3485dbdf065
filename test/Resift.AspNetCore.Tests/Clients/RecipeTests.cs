using System.Text.Json;
using Resift.Testing;

namespace Resift.AspNetCore.Tests.Clients;

/// <summary>
/// What programs send that are pointed at a server as <c>docs/server.md</c> says, written down from their sources, which each file names:
/// it is answered with what the program reads of an answer.
/// </summary>
public sealed class RecipeTests
{
    private const string Key = "b1946ac92492d2347c6235b4d2611184";
    private const string Folder = "test/Resift.AspNetCore.Tests/Clients/Recipes";

    public static TheoryData<string, int> Requests()
    {
        var requests = new TheoryData<string, int>();
        foreach (string file in Directory.GetFiles(TestData.InRepository(Folder), "*.http").Order())
        {
            for (int i = 0; i < Read(file).Length; i++)
            {
                requests.Add(Path.GetFileName(file), i);
            }
        }

        return requests;
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Request_OfAProgram_IsAnsweredWithWhatItReads(string file, int number)
    {
        string[] lines = Read(TestData.InRepository($"{Folder}/{file}"))[number];
        int end = Array.IndexOf(lines, "");
        string path = lines[0].Split(' ')[1], body = lines[end + 1];
        await using var server = await TestServer.StartAsync(options =>
        {
            options.KeyHashes.Add(ResiftServerOptions.HashKey(Key));
            options.Aliases["text-embedding-3-small"] = "hash";
        });
        using var connection = await RawConnection.OpenAsync(server.Address);

        await connection.SendAsync($"{string.Join("\r\n", lines[..end]).Replace("KEY", Key, StringComparison.Ordinal)}\r\n" +
            $"Content-Length: {body.Length}\r\n\r\n{body}");
        var reply = await connection.ReadAsync();

        Assert.True(reply.Status == 200, reply.Body);
        using var document = JsonDocument.Parse(reply.Body);
        var json = document.RootElement;
        if (path.EndsWith("/embeddings", StringComparison.Ordinal))
        {
            Assert.All(json.GetProperty("data").EnumerateArray(), item => Assert.Equal(64, item.GetProperty("embedding").GetArrayLength()));
            Assert.True(json.GetProperty("usage").GetProperty("total_tokens").GetInt32() > 0);
            return;
        }

        // All of them read these by their places in the request; with documents, their texts.
        var results = json.GetProperty("results").EnumerateArray().OrderBy(item => item.GetProperty("index").GetInt32()).ToList();
        Assert.Equal([0, 1, 0.5], results.Select(item => item.GetProperty("relevance_score").GetDouble()));
        if (body.Contains("\"return_documents\"", StringComparison.Ordinal) && path != "/v2/rerank")
        {
            Assert.Equal("red shoes", results[1].GetProperty("document").GetProperty("text").GetString());
        }

        if (file == "litellm.http")
        {
            Assert.NotEmpty(json.GetProperty("id").GetString()!);
            Assert.True(json.GetProperty("meta").GetProperty("tokens").GetProperty("input_tokens").GetInt32() > 0);
        }
    }

    // Requests are separated by a line that says so; what they are is in comments.
    private static string[][] Read(string file) =>
    [
        .. File.ReadAllText(file).Split("###\n").Select(request =>
            request.Split('\n').Where(line => !line.StartsWith('#')).ToArray()),
    ];
}
