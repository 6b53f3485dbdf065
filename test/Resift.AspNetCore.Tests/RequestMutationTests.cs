using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Resift.AspNetCore.Tests;

/// <summary>
/// Damaged requests of all dialects, through everything behind the web server. None is the server's fault: each is answered, or refused
/// with a status below 500 and a body in JSON. <c>RESIFT_REQUEST_MUTATIONS</c> says how many there are.
/// </summary>
public sealed class RequestMutationTests
{
    private const string Variable = "RESIFT_REQUEST_MUTATIONS";
    private const int DefaultCount = 5_000;
    private const int Seed = 20_261_126;

    private static readonly int[] _expected = [200, 400, 404, 413, 415, 422];

    // What clients of each dialect send, most of it with all that they can say.
    private static readonly string[] _bodies =
    [
        """{"query":"red shoes","documents":["a hat","red shoes","red hat"]}""",
        """
        {"model":"words","query":"q","documents":[{"text":"a","title":"b"},"c"],"top_n":2,"rank_fields":["title","text"],
        "return_documents":true,"max_chunks_per_doc":10}
        """,
        """{"model":"rerank-v3.5","query":"q","documents":["a","b"],"top_n":1,"max_tokens_per_doc":4096,"priority":0}""",
        """{"model":"words","query":"q","documents":["a","b"],"top_k":null,"return_documents":true,"truncation":true}""",
        """{"model":"words","query":{"text":"q"},"documents":[{"text":"a"}],"top_n":1,"return_documents":false,"max_doc_length":2048}""",
        """{"query":"q","texts":["a","b"],"truncate":true,"truncation_direction":"Right","raw_scores":true,"return_text":true}""",
        """{"model":"words","query":"q","documents":["a"],"top_n":0,"use_activation":false,"truncate_prompt_tokens":-1,"user":"u"}""",
        """{"text_1":["a","b"],"text_2":["c","d"],"model":"words"}""",
        """{"queries":"q","documents":["a","b"]}""",
        """{"data_1":"q","data_2":"a","activation":true}""",
        """{"model":"words","query":"q","input":[{"title":"a","n":1},"b"],"rank_fields":["title"],"top_k":1,"return_input":true}""",
        """{"model":"words","query":"q","documents":[{"text":"a"},{"text":"b"}],"rank_fields":["text"],"parameters":{"truncate":"END"}}""",
        """{"model":"hash","input":["a","b"],"encoding_format":"base64","dimensions":3,"user":"u"}""",
        """{"model":"hash","input":"a"}""",
        """{"inputs":["a","b"],"normalize":false,"truncate":true,"prompt_name":"query","dimensions":2}""",
    ];

    private static readonly (string? Type, string? Encoding)[] _types =
    [
        ("application/json", null), ("application/json; charset=utf-8", null), ("application/json; charset=latin1", null),
        ("text/plain", null), (null, null), ("application/json", "gzip"), ("a/b/c;;=", null),
    ];

    [Fact]
    public async Task Request_DamagedInAnyWay_IsAnsweredOrRefused()
    {
        int count = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : DefaultCount;
        await using var server = await TestServer.StartAsync(options =>
        {
            options.MaxBodyBytes = 4096;
            options.MaxDocuments = 20;
        });
        var endpoints = Endpoints(server.App);
        var mutation = new RequestMutation(Seed, _bodies);
        var random = new Random(Seed);
        var seen = new Dictionary<(string Path, int Status), int>();

        for (int i = 0; i < count; i++)
        {
            var (path, answer) = endpoints[random.Next(endpoints.Length)];
            var (type, encoding) = random.Next(20) == 0 ? _types[random.Next(_types.Length)] : _types[0];
            byte[] body = mutation.Next();
            var context = Context(server.App, path, type, encoding, body);
            if (random.Next(10) == 0)
            {
                context.Request.Headers["X-Pinecone-Api-Version"] = "2026-04";
            }

            Exception? thrown = null;
            try
            {
                await answer(context);
            }
            catch (Exception exception)
            {
                thrown = exception;
            }

            int status = context.Response.StatusCode;
            byte[] answered = ((MemoryStream)context.Response.Body).ToArray();
            if (thrown is not null || !_expected.Contains(status) || !IsJson(answered))
            {
                Assert.Fail($"Request {i}, to {path} as {type}: {Convert.ToBase64String(body)} ({Encoding.UTF8.GetString(body)}) is " +
                    $"answered with {status}, {Encoding.UTF8.GetString(answered)} {thrown}");
            }

            seen[(path, status)] = seen.GetValueOrDefault((path, status)) + 1;
        }

        // Otherwise nothing would be known of what comes behind the first check.
        Assert.All(endpoints, endpoint =>
            Assert.True(seen.ContainsKey((endpoint.Path, 200)), $"{endpoint.Path} was never asked anything that it answers"));
        Assert.InRange(seen.Where(outcome => outcome.Key.Status == 200).Sum(outcome => outcome.Value), count / 20, count * 3 / 4);
        var byStatus = seen.GroupBy(outcome => outcome.Key.Status, outcome => outcome.Value).OrderBy(group => group.Key);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", byStatus.Select(group => $"{group.Key}: {group.Sum()}")));
    }

    private static (string Path, RequestDelegate Answer)[] Endpoints(IEndpointRouteBuilder app)
    {
        string[] paths =
            [.. RerankRoute.All.Select(route => route.Path), "/v1/embeddings", "/openai/v1/embeddings", "/embed", "/tei/embed"];
        return
        [
            .. app.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
                .Where(endpoint => paths.Contains(endpoint.RoutePattern.RawText))
                .Select(endpoint => (endpoint.RoutePattern.RawText!, endpoint.RequestDelegate!)),
        ];
    }

    private static DefaultHttpContext Context(WebApplication app, string path, string? type, string? encoding, byte[] body)
    {
        var context = new DefaultHttpContext { RequestServices = app.Services };
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        context.Request.Method = "POST";
        context.Request.Path = path;
        context.Request.ContentType = type;
        context.Request.ContentLength = body.Length;
        context.Request.Body = new MemoryStream(body);
        context.Response.Body = new MemoryStream();
        if (encoding is not null)
        {
            context.Request.Headers.ContentEncoding = encoding;
        }

        return context;
    }

    private static bool IsJson(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
