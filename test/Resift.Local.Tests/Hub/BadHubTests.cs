using System.Net;
using System.Text.Json.Nodes;
using Resift.Testing;

namespace Resift.Local.Tests.Hub;

/// <summary>Downloads from a hub, or over a network, that does what real ones do on their worst days.</summary>
public sealed class BadHubTests : IAsyncDisposable
{
    private const int Half = 300_000;

    private readonly HubFixture _hub = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task Download_RedirectToAnotherHost_KeepsTheTokenFromIt()
    {
        await _hub.DownloadAsync(token: "hf_secret");

        Assert.All(_hub.Server.Requests, request => Assert.Equal("Bearer hf_secret", request.Headers["Authorization"]));
        Assert.All(_hub.Server.StorageRequests, request => Assert.False(request.Headers.ContainsKey("Authorization")));
    }

    [Fact]
    public async Task Download_RenamedRepository_IsFollowedWithTheToken()
    {
        _hub.Server.Fault = request => request.Path.Contains("old/name", StringComparison.Ordinal)
            ? new LoopbackReply { Status = 307 }.With("Location", request.Path.Replace("old/name", "org/model", StringComparison.Ordinal))
            : null;

        var model = await _hub.DownloadAsync("hf_secret", HubModelId.Parse("old/name"));

        Assert.Equal("old/name", model.Repository);
        Assert.All(_hub.Server.Requests, request => Assert.Equal("Bearer hf_secret", request.Headers["Authorization"]));
    }

    [Fact]
    public async Task Download_BackFromAnotherHost_HasNoTokenAnyMore()
    {
        _hub.Server.StorageFault = request => new LoopbackReply { Status = 302 }.With("Location", $"{_hub.Server.Address}again");
        _hub.Server.Fault = request => request.Path == "/again" ? LoopbackHub.Content(request, HubFixture.Weights) : null;

        await _hub.DownloadAsync("hf_secret");

        Assert.False(_hub.Server.Requests.Single(request => request.Path == "/again").Headers.ContainsKey("Authorization"));
    }

    [Fact]
    public async Task Download_HalfThere_GoesOnFromThere()
    {
        WriteHalf(HubFixture.Weights[..Half]);

        await _hub.DownloadAsync();

        Assert.Equal($"bytes={Half}-", Assert.Single(_hub.Server.StorageRequests).Headers["Range"]);
        Assert.Equal(HubFixture.Weights.Length - Half, _hub.Server.StorageSentBytes);
        await AssertCompleteAsync();
    }

    [Fact]
    public async Task Download_AllThereButItsName_IsNotAskedFor()
    {
        WriteHalf(HubFixture.Weights);

        await _hub.DownloadAsync();

        Assert.Empty(_hub.Server.StorageRequests);
        await AssertCompleteAsync();
    }

    public static TheoryData<string> WrongRanges() => ["ignored", "refused", "shifted", "of another length", "without its place"];

    [Theory]
    [MemberData(nameof(WrongRanges))]
    public async Task Download_HalfThereAndAWrongAnswer_ComesRightInTheEnd(string how)
    {
        WriteHalf(HubFixture.Weights[..Half]);
        byte[] weights = HubFixture.Weights;
        _hub.Server.StorageFault = request => !request.Headers.ContainsKey("Range") ? null : how switch
        {
            "ignored" => new LoopbackReply { Body = weights },
            "refused" => new LoopbackReply { Status = 416 },
            "shifted" => Partial(weights[(Half + 1)..], $"bytes {Half + 1}-{weights.Length - 1}/{weights.Length}"),
            "of another length" => Partial(weights[Half..], $"bytes {Half}-{weights.Length - 1}/{weights.Length + 1}"),
            _ => new LoopbackReply { Status = 206, Body = weights[Half..] },
        };

        await _hub.DownloadAsync();

        await AssertCompleteAsync();

        static LoopbackReply Partial(byte[] body, string range) =>
            new LoopbackReply { Status = 206, Body = body }.With("Content-Range", range);
    }

    [Fact]
    public async Task Download_HalfOfAnotherFile_IsDownloadedAnew()
    {
        WriteHalf(HubFixture.RandomBytes(Half, seed: 2));

        await _hub.DownloadAsync();

        Assert.Equal(2, _hub.Server.StorageRequests.Count);
        await AssertCompleteAsync();
    }

    [Fact]
    public async Task Download_BodyThatBreaksOff_IsTriedAgainFromThere()
    {
        int left = 3;
        _hub.Server.StorageFault = request => Interlocked.Decrement(ref left) >= 0
            ? LoopbackHub.Content(request, HubFixture.Weights) with { ResetAfter = 100_000 }
            : null;

        await _hub.DownloadAsync();

        Assert.Contains(_hub.Reports, report => report.Activity == HubActivity.Retrying);
        await AssertCompleteAsync();
    }

    [Fact]
    public async Task Download_BodyThatAlwaysBreaksOff_NamesNothing()
    {
        WriteHalf(HubFixture.Weights[..Half]);
        _hub.Server.StorageFault = request => LoopbackHub.Content(request, HubFixture.Weights) with { ResetAfter = 0 };

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => _hub.DownloadAsync());

        Assert.Contains("the same again goes on from there", error.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 4, 8], _hub.Pauses.Select(pause => pause.TotalSeconds));
        AssertNothingNamed();
    }

    [Fact]
    public async Task Download_Cancelled_KeepsWhatCame()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        _hub.Server.StorageFault = request => new() { Body = HubFixture.Weights, StallAfter = Half };
        using var hub = _hub.Hub();
        var facts = await hub.GetInfoAsync(HubFixture.Id, Stop);
        long small = facts.FilesNeeded(HubWeights.Safetensors).Sum(file => file.Size) - HubFixture.Weights.Length;
        var listener = new HubFixture.Listener(report =>
        {
            if (report.Done == small + Half)
            {
                stop.Cancel();
            }
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => hub.DownloadAsync(facts, progress: listener, cancellationToken: stop.Token));

        Assert.Equal(Half, new FileInfo(_hub.Blob("model.safetensors") + ".incomplete").Length);
        AssertNothingNamed();
        _hub.Server.StorageFault = _ => null;
        await _hub.DownloadAsync();
        Assert.Equal($"bytes={Half}-", _hub.Server.StorageRequests[^1].Headers["Range"]);
    }

    [Fact]
    public async Task Download_AnotherContent_IsThrownAway()
    {
        _hub.Server.StorageFault = _ => new() { Body = HubFixture.RandomBytes(HubFixture.Weights.Length, seed: 3) };

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => _hub.DownloadAsync());

        Assert.Contains("model.safetensors", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, new FileInfo(_hub.Blob("model.safetensors") + ".incomplete").Length);
        AssertNothingNamed();
    }

    [Fact]
    public async Task Download_MoreThanTheHubStates_IsRefused()
    {
        _hub.Server.StorageFault = _ => new() { Body = HubFixture.Weights, Repeat = 3 };

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => _hub.DownloadAsync());

        Assert.Contains("more than the 700,000 bytes", error.Message, StringComparison.Ordinal);
        AssertNothingNamed();
    }

    [Theory]
    [InlineData(401, "RepoNotFound", null, "set HF_TOKEN")]
    [InlineData(401, "RepoNotFound", "hf_x", "not to this token")]
    [InlineData(404, "RevisionNotFound", null, "no revision 'main'")]
    [InlineData(404, "", null, "There is no model org/model")]
    [InlineData(403, "GatedRepo", null, "accept its terms at http")]
    [InlineData(403, "GatedRepo", "hf_x", "whoever accepted them")]
    [InlineData(400, "", null, "status 400")]
    public async Task GetInfo_Refused_SaysWhatToDo(int status, string code, string? token, string expected)
    {
        _hub.Server.Fault = _ => new LoopbackReply { Status = status }.With("X-Error-Code", code).With("X-Error-Message", "So it is.");

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => _hub.Hub(token).GetInfoAsync(HubFixture.Id, Stop));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hf_x", error.Message, StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode)status, error.StatusCode);
        Assert.Single(_hub.Server.Requests);
    }

    [Fact]
    public async Task Download_GatedFile_SaysWhereItsTermsAre()
    {
        _hub.Server.Fault = request => request.Path.EndsWith("model.safetensors", StringComparison.Ordinal)
            ? new LoopbackReply { Status = 403 }.With("X-Error-Code", "GatedRepo")
            : null;

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => _hub.DownloadAsync());

        Assert.Contains($"accept its terms at {_hub.Server.Address}org/model", error.Message, StringComparison.Ordinal);
        AssertNothingNamed();
    }

    [Theory]
    [InlineData(429, "7", 7)]
    [InlineData(503, "0", 0)]
    [InlineData(500, null, 1)]
    public async Task GetInfo_BusyHub_IsAskedAgainAfterAPause(int status, string? after, int pause)
    {
        int left = 1;
        _hub.Server.Fault = _ => Interlocked.Decrement(ref left) < 0 ? null
            : after is null ? new() { Status = status } : new LoopbackReply { Status = status }.With("Retry-After", after);

        await _hub.Hub().GetInfoAsync(HubFixture.Id, Stop);

        Assert.Equal([TimeSpan.FromSeconds(pause)], _hub.Pauses);
    }

    [Fact]
    public async Task GetInfo_HubThatAsksForHours_IsNotWaitedFor()
    {
        _hub.Server.Fault = _ => new LoopbackReply { Status = 429 }.With("Retry-After", "7200");

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => _hub.Hub().GetInfoAsync(HubFixture.Id, Stop));

        Assert.Contains("7200 s", error.Message, StringComparison.Ordinal);
        Assert.Empty(_hub.Pauses);
    }

    [Fact]
    public async Task GetInfo_RedirectInACircle_Ends()
    {
        _hub.Server.Fault = request => new LoopbackReply { Status = 302 }.With("Location", request.Path);

        await Assert.ThrowsAsync<HttpRequestException>(() => _hub.Hub().GetInfoAsync(HubFixture.Id, Stop));

        Assert.Equal(6, _hub.Server.Requests.Count);
    }

    [Fact]
    public async Task GetInfo_RedirectToAnUnencryptedHost_IsNotFollowed()
    {
        using var http = new HttpClient(new RedirectingHandler("http://elsewhere.example/"));
        using var hub = new ModelHub(new() { CacheFolder = _hub.Cache, Endpoint = new("https://hub.example") }, http);

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => hub.GetInfoAsync(HubFixture.Id, Stop));

        Assert.Contains("not encrypted", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<html>Please log in</html>", "no JSON")]
    [InlineData("{}", "names no commit")]
    [InlineData("""{"sha":"../../../../etc/cron.d/aaaaaaaaaaaaaaaaaaa"}""", "names no commit")]
    public async Task GetInfo_NoHub_SaysSo(string body, string expected)
    {
        _hub.Server.Fault = _ => LoopbackReply.Json(body);

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => _hub.Hub().GetInfoAsync(HubFixture.Id, Stop));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://elsewhere.example/page2")]
    [InlineData("/api/models/org/model/tree/0123456789abcdef0123456789abcdef01234567?recursive=true")]
    public async Task GetInfo_PagesThatLeadElsewhereOrNowhere_AreRefused(string next)
    {
        _hub.Server.Fault = request => request.Path.Contains("/tree/", StringComparison.Ordinal)
            ? LoopbackReply.Json("[]").With("Link", $"<{next}>; rel=\"next\"")
            : null;

        await Assert.ThrowsAsync<InvalidDataException>(() => _hub.Hub().GetInfoAsync(HubFixture.Id, Stop));
    }

    [Fact]
    public async Task Download_NamesThatLeadOutOfTheFolder_AreNeverFetched()
    {
        string[] names =
        [
            "../evil.json", "config/../../evil.json", "/etc/config.json", "config..\\..\\evil.json", "1_X/../config.json", "con\nfig.json",
        ];
        _hub.Server.ChangeList = list =>
        {
            foreach (string name in names)
            {
                var entry = list[0]!.DeepClone();
                entry["path"] = name;
                list.Add(entry);
            }
        };

        var model = await _hub.DownloadAsync();

        Assert.Equal(4, Directory.GetFiles(model.Folder, "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public async Task Download_FileWithoutAHash_IsNotThere()
    {
        _hub.Server.ChangeList = list =>
        {
            foreach (var entry in list.OfType<JsonObject>())
            {
                entry["oid"] = "../../x";
                entry.Remove("lfs");
            }
        };

        await Assert.ThrowsAsync<NotSupportedException>(() => _hub.DownloadAsync());
    }

    [Theory]
    [InlineData("pytorch_model.bin", "pickles can run code")]
    [InlineData("model-Q4_K_M.gguf", "llama.cpp")]
    [InlineData("onnx/model.onnx", "get its graph for ONNX Runtime")]
    [InlineData("adapter_model.safetensors", "adapter of another model")]
    [InlineData("notes.txt", "no weights that are read here")]
    public async Task FilesNeeded_OtherWeights_SaysWhatToDo(string file, string expected)
    {
        await using var server = new LoopbackHub().With("config.json", "{}").With(file, "content");
        using var hub = new ModelHub(new() { CacheFolder = _hub.Cache, Endpoint = server.Address });
        var facts = await hub.GetInfoAsync(HubFixture.Id, Stop);

        var error = await Assert.ThrowsAsync<NotSupportedException>(() => hub.DownloadAsync(facts, cancellationToken: Stop));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("has no model.safetensors", error.Message, StringComparison.Ordinal);
    }

    private void WriteHalf(byte[] content)
    {
        string path = _hub.Blob("model.safetensors") + ".incomplete";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
    }

    private async Task AssertCompleteAsync()
    {
        Assert.Equal(HubFixture.Weights, await File.ReadAllBytesAsync(Path.Combine(_hub.Snapshot, "model.safetensors"), Stop));
        Assert.Empty(Directory.GetFiles(_hub.Repository, "*.incomplete", SearchOption.AllDirectories));
    }

    private void AssertNothingNamed()
    {
        Assert.False(File.Exists(_hub.Blob("model.safetensors")));
        Assert.False(Directory.Exists(_hub.Snapshot));
        Assert.False(Directory.Exists(Path.Combine(_hub.Repository, "refs")));
    }

    private sealed class RedirectingHandler(string target) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.Redirect) { Headers = { Location = new(target) } });
    }
}
