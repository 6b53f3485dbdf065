using System.Text.Json.Nodes;
using Resift.Testing;

namespace Resift.Local.Tests.Hub;

/// <summary>Downloads from a hub that behaves.</summary>
public sealed class ModelHubTests : IAsyncDisposable
{
    private readonly HubFixture _hub = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task Download_AModel_LaysItOutAsPythonDoes()
    {
        var model = await _hub.DownloadAsync();

        Assert.Equal(["README.md", "config.json", "model.safetensors", "tokenizer.json"], Names(_hub.Snapshot));
        Assert.Equal(
            Names(_hub.Snapshot).Select(_hub.Server.HashOf).Order(StringComparer.Ordinal), Names(Path.Combine(_hub.Repository, "blobs")));
        Assert.Equal(LoopbackHub.Commit, await File.ReadAllTextAsync(Path.Combine(_hub.Repository, "refs", "main"), Stop));
        Assert.Equal(
            $"../../blobs/{_hub.Server.HashOf("model.safetensors")}",
            new FileInfo(Path.Combine(_hub.Snapshot, "model.safetensors")).LinkTarget);
        Assert.Equal(HubFixture.Weights, await File.ReadAllBytesAsync(Path.Combine(model.Folder, "model.safetensors"), Stop));
        Assert.Equal((_hub.Snapshot, LoopbackHub.Repository, LoopbackHub.Commit), (model.Folder, model.Repository, model.Commit));
        Assert.Equal(("apache-2.0", true), (model.License, model.IsComplete));
        Assert.Equal(["main"], model.Revisions);
    }

    [Fact]
    public async Task Download_ASmallFile_IsNamedAsGitNamesItsBlob()
    {
        // What `echo hello | git hash-object --stdin` prints.
        _hub.Server.With("vocab.txt", "hello\n");

        await _hub.DownloadAsync();

        Assert.True(File.Exists(Path.Combine(_hub.Repository, "blobs", "ce013625030ba8dba906f756967f9e9ca394464a")));
    }

    [Fact]
    public async Task Download_Progress_EndsWithAllBytes()
    {
        await _hub.DownloadAsync();

        Assert.Equal(_hub.Reports[^1].Total, _hub.Reports[^1].Done);
        Assert.True(_hub.Reports.Select(report => report.Done).SequenceEqual(_hub.Reports.Select(report => report.Done).Order()));
    }

    [Fact]
    public async Task Download_WhatIsThere_IsNotAskedForAgain()
    {
        await _hub.DownloadAsync();
        int requests = _hub.Server.Requests.Count;

        await _hub.DownloadAsync();

        Assert.Equal(requests + 2, _hub.Server.Requests.Count);
        Assert.Single(_hub.Server.StorageRequests);
    }

    [Fact]
    public async Task Download_ANewCommit_FetchesWhatChangedAndKeepsTheOldOne()
    {
        await _hub.DownloadAsync();
        string old = _hub.Snapshot;
        _hub.Server.Head = new string('a', 40);
        _hub.Server.With("tokenizer.json", """{"changed":true}""");

        var model = await _hub.DownloadAsync();

        Assert.Single(_hub.Server.StorageRequests);
        Assert.Equal("{}", await File.ReadAllTextAsync(Path.Combine(old, "tokenizer.json"), Stop));
        Assert.Equal("""{"changed":true}""", await File.ReadAllTextAsync(Path.Combine(model.Folder, "tokenizer.json"), Stop));
        Assert.Equal(_hub.Server.Head, await File.ReadAllTextAsync(Path.Combine(_hub.Repository, "refs", "main"), Stop));
    }

    [Theory]
    [InlineData("org/model@v1.0", "v1.0")]
    [InlineData("org/model@refs/pr/1", "refs/pr/1")]
    public async Task Download_ABranchOrTag_IsNotedAsThat(string id, string name)
    {
        var model = await _hub.DownloadAsync(id: HubModelId.Parse(id));

        Assert.Equal([name], model.Revisions);
        Assert.Equal(model.Folder, _hub.Hub().Find(HubModelId.Parse(id))?.Folder);
        Assert.Null(_hub.Hub().Find(HubFixture.Id));
        Assert.Contains(
            _hub.Server.Requests,
            request => request.Path.EndsWith($"/revision/{Uri.EscapeDataString(name)}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Download_ACommit_NeedsNoName()
    {
        var model = await _hub.DownloadAsync(id: HubModelId.Parse($"org/model@{LoopbackHub.Commit}"));

        Assert.Empty(model.Revisions);
        Assert.Equal(model.Folder, _hub.Hub().Find(HubModelId.Parse($"org/model@{LoopbackHub.Commit}"))?.Folder);
    }

    [Fact]
    public async Task Download_Shards_AreAllFetched()
    {
        await using var hub = new HubFixture();
        var server = new LoopbackHub()
            .With("config.json", "{}")
            .With(
                "model.safetensors.index.json",
                """{"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"}}""")
            .With("model-00001-of-00002.safetensors", "one")
            .With("model-00002-of-00002.safetensors", "two")
            .With("model.fp16.safetensors", "another");
        await using (server)
        {
            using var one = new ModelHub(new() { CacheFolder = hub.Cache, Endpoint = server.Address });
            var model = await one.DownloadAsync(await one.GetInfoAsync(HubFixture.Id, Stop), cancellationToken: Stop);

            Assert.True(model.IsComplete);
            Assert.DoesNotContain("model.fp16.safetensors", Names(model.Folder));
            File.Delete(Path.Combine(model.Folder, "model-00002-of-00002.safetensors"));
            Assert.False(one.Find(HubFixture.Id)!.IsComplete);
        }
    }

    [Fact]
    public async Task Download_Onnx_IsFetchedOnlyWhereItIsAskedFor()
    {
        _hub.Server.With("onnx/model.onnx", "graph").With("onnx/model.onnx_data", "more").With("onnx/model_quantized.onnx", "other")
            .With("onnx/Constant_7_attr__value", "tensor").With("onnx/config.json", "{}")
            .With("1_Pooling/config.json", "{}");
        using var hub = _hub.Hub();
        var facts = await hub.GetInfoAsync(HubFixture.Id, Stop);
        Assert.DoesNotContain(facts.FilesNeeded(HubWeights.Safetensors), file => file.Path.Contains("onnx", StringComparison.Ordinal));

        var model = await hub.DownloadAsync(facts, HubWeights.Onnx, cancellationToken: Stop);

        Assert.Equal(
            ["1_Pooling/config.json", "README.md", "config.json", "onnx/Constant_7_attr__value", "onnx/model.onnx", "onnx/model.onnx_data",
                "tokenizer.json"],
            Names(model.Folder));
        Assert.Equal(
            $"../../../blobs/{_hub.Server.HashOf("onnx/model.onnx")}",
            new FileInfo(Path.Combine(model.Folder, "onnx/model.onnx")).LinkTarget);
    }

    [Fact]
    public async Task GetInfo_AModel_SaysWhatItIs()
    {
        var answer = new JsonObject
        {
            ["sha"] = LoopbackHub.Commit,
            ["gated"] = "auto",
            ["cardData"] = new JsonObject { ["license"] = "other", ["license_name"] = "gemma" },
            ["config"] = new JsonObject { ["model_type"] = "new", ["auto_map"] = new JsonObject { ["AutoModel"] = "modeling.NewModel" } },
        };
        _hub.Server.Fault = request => request.Path.Contains("/revision/", StringComparison.Ordinal)
            ? LoopbackReply.Json(answer.ToJsonString())
            : null;

        var facts = await _hub.Hub().GetInfoAsync(HubFixture.Id, Stop);

        Assert.Equal(("gemma", true, "new", true), (facts.License, facts.IsGated, facts.ModelType, facts.HasOwnCode));
        Assert.Equal(6, facts.Files.Count);
    }

    [Fact]
    public async Task GetInfo_AListInPages_IsReadToItsEnd()
    {
        _hub.Server.Fault = request => request.Path.Contains("/tree/", StringComparison.Ordinal)
            ? LoopbackReply.Json("""[{"type":"directory","path":"onnx"}]""").With("Link", $"<{_hub.Server.Address}page2>; rel=\"next\"")
            : request.Path == "/page2"
                ? LoopbackReply.Json($$"""[{"type":"file","path":"config.json","size":2,"oid":"{{new string('b', 40)}}"}]""")
                : null;

        var facts = await _hub.Hub().GetInfoAsync(HubFixture.Id, Stop);

        Assert.Equal(["config.json"], facts.Files.Select(file => file.Path));
    }

    [Fact]
    public async Task Download_WhereLinksAreImpossible_LeavesPlainFiles()
    {
        var model = await _hub.DownloadAsync(links: false);
        Assert.Null(new FileInfo(Path.Combine(model.Folder, "model.safetensors")).LinkTarget);
        Assert.Empty(Names(Path.Combine(_hub.Repository, "blobs")));

        await _hub.DownloadAsync(links: false);

        Assert.Single(_hub.Server.StorageRequests);
        Assert.All(await _hub.Hub().VerifyAsync(model, cancellationToken: Stop), check => Assert.Equal(HubFileState.Unknown, check.State));
        Assert.Equal(model.Size, _hub.Hub().Remove(HubFixture.Id));
        Assert.False(Directory.Exists(_hub.Repository));
    }

    [Fact]
    public async Task Download_ModelOfTheHub_LoadsUnderItsName()
    {
        using var tiny = new Models.TemporaryFolder();
        new Models.TinyModel { Layers = 1 }.Write(tiny.Path);
        _hub.Server.WithFolder(tiny.Path);

        var model = await _hub.DownloadAsync();

        Assert.Equal("org/model", LocalModelInfo.Read(model.Folder).ModelId);
    }

    [Fact]
    public async Task Download_TwoAtOnce_FetchEachFileOnce()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => _hub.DownloadAsync(), Stop)));

        Assert.Single(_hub.Server.StorageRequests);
        Assert.Equal(HubFixture.Weights, await File.ReadAllBytesAsync(_hub.Blob("model.safetensors"), Stop));
    }

    [Fact]
    public async Task Download_FileLockedByAnother_WaitsAndSaysSo()
    {
        string path = Path.Combine(_hub.Cache, ".locks", "models--org--model", _hub.Server.HashOf("model.safetensors") + ".lock");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        await using (new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            using var hub = _hub.Hub();
            var facts = await hub.GetInfoAsync(HubFixture.Id, Stop);
            var waiting = new TaskCompletionSource();
            var listener = new HubFixture.Listener(report =>
            {
                if (report.Activity == HubActivity.Waiting)
                {
                    waiting.TrySetResult();
                }
            });
            var download = hub.DownloadAsync(facts, progress: listener, cancellationToken: stop.Token);
            await waiting.Task.WaitAsync(Stop);
            await stop.CancelAsync();

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => download);
        }

        Assert.Empty(_hub.Server.StorageRequests);
        await _hub.DownloadAsync();
    }

    [Fact]
    public async Task Download_NoRoom_IsRefusedBeforeAnythingComes()
    {
        using var hub = _hub.Hub(freeSpace: _ => 1000);
        var facts = await hub.GetInfoAsync(HubFixture.Id, Stop);

        var error = await Assert.ThrowsAsync<IOException>(() => hub.DownloadAsync(facts, cancellationToken: Stop));

        Assert.Contains("HF_HUB_CACHE", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, _hub.Server.Requests.Count);
    }

    [Fact]
    public async Task GetInfo_Offline_AsksNobody()
    {
        using var hub = new ModelHub(new() { CacheFolder = _hub.Cache, Endpoint = _hub.Server.Address, IsOffline = true });

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => hub.GetInfoAsync(HubFixture.Id, Stop));

        Assert.Contains("HF_HUB_OFFLINE", error.Message, StringComparison.Ordinal);
        Assert.Empty(_hub.Server.Requests);
    }

    private static string[] Names(string folder) =>
    [
        .. Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/')).Order(StringComparer.Ordinal),
    ];
}
