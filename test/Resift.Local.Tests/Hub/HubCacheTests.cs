using System.Formats.Tar;
using Resift.Testing;

namespace Resift.Local.Tests.Hub;

/// <summary>What is done with models that are in the cache.</summary>
public sealed class HubCacheTests : IAsyncDisposable
{
    private readonly HubFixture _hub = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public void List_NoCache_IsEmpty() => Assert.Empty(_hub.Hub().List());

    [Fact]
    public void List_CacheOfOtherPrograms_HasTheModelsInIt()
    {
        // As Python's huggingface_hub leaves it behind, with data sets, its file of the version and files that are known to be absent.
        WriteCached("models--BAAI--bge-m3", "config.json", "model.safetensors");
        WriteCached("models--BAAI--half", "config.json");
        WriteCached("datasets--BAAI--data", "config.json");
        WriteCached("models--gpt2", "config.json");
        File.WriteAllText(Path.Combine(_hub.Cache, "version.txt"), "1");
        Directory.CreateDirectory(Path.Combine(_hub.Cache, ".locks", "models--BAAI--bge-m3"));
        Directory.CreateDirectory(Path.Combine(_hub.Cache, "models--BAAI--bge-m3", ".no_exist", LoopbackHub.Commit));

        var models = _hub.Hub().List();

        Assert.Equal([("BAAI/bge-m3", true), ("BAAI/half", false)], models.Select(model => (model.Repository, model.IsComplete)));
        Assert.Equal(2 * "content".Length, models[0].Size);
        Assert.Equal(["main"], models[0].Revisions);
    }

    [Theory]
    [InlineData("not a commit")]
    [InlineData("")]
    [InlineData("../../../../elsewhere/0000000000000000000")]
    public void Find_RefThatIsNoCommit_IsNotThere(string content)
    {
        WriteCached("models--BAAI--bge-m3", "config.json", "model.safetensors");
        File.WriteAllText(Path.Combine(_hub.Cache, "models--BAAI--bge-m3", "refs", "main"), content);

        Assert.Null(_hub.Hub().Find(HubModelId.Parse("BAAI/bge-m3")));
    }

    [Fact]
    public async Task Verify_DamagedAndMissingFiles_AreNamed()
    {
        var model = await _hub.DownloadAsync();
        byte[] damaged = [.. HubFixture.Weights];
        damaged[^1] ^= 1;
        await File.WriteAllBytesAsync(_hub.Blob("model.safetensors"), damaged, Stop);
        File.Delete(_hub.Blob("tokenizer.json"));

        var checks = await _hub.Hub().VerifyAsync(model, new HubFixture.Listener(_hub.Reports.Add), Stop);

        Assert.Equal(
            [
                ("README.md", HubFileState.Ok),
                ("config.json", HubFileState.Ok),
                ("model.safetensors", HubFileState.Damaged),
                ("tokenizer.json", HubFileState.Missing),
            ],
            checks.Select(check => (check.Path, check.State)));
        Assert.Equal(HubActivity.Verifying, _hub.Reports[^1].Activity);
    }

    [Fact]
    public async Task Remove_OneCommit_LeavesWhatAnotherUses()
    {
        await _hub.DownloadAsync();
        string shared = _hub.Blob("model.safetensors");
        string own = _hub.Blob("tokenizer.json");
        _hub.Server.Head = new string('a', 40);
        _hub.Server.With("tokenizer.json", """{"changed":true}""");
        await _hub.DownloadAsync(id: HubModelId.Parse("org/model@new"));

        long freed = _hub.Hub().Remove(HubModelId.Parse("org/model@main"));

        Assert.Equal(2, freed);
        Assert.True(File.Exists(shared));
        Assert.False(File.Exists(own));
        Assert.Null(_hub.Hub().Find(HubFixture.Id));
        Assert.All(
            await _hub.Hub().VerifyAsync(_hub.Hub().Find(HubModelId.Parse("org/model@new"))!, cancellationToken: Stop),
            check => Assert.Equal(HubFileState.Ok, check.State));
    }

    [Fact]
    public async Task Remove_AModel_LeavesNothingOfIt()
    {
        var model = await _hub.DownloadAsync();
        WriteCached("models--BAAI--bge-m3", "config.json", "model.safetensors");

        Assert.Equal(model.Size, _hub.Hub().Remove(HubFixture.Id));

        Assert.False(Directory.Exists(_hub.Repository));
        Assert.False(Directory.Exists(Path.Combine(_hub.Cache, ".locks", "models--org--model")));
        Assert.Single(_hub.Hub().List());
        Assert.Throws<DirectoryNotFoundException>(() => _hub.Hub().Remove(HubFixture.Id));
    }

    [Fact]
    public async Task Remove_WhatSomebodyDownloads_IsLeft()
    {
        await _hub.DownloadAsync();
        string hash = new('c', 64);
        string half = Path.Combine(_hub.Repository, "blobs", hash + ".incomplete");
        await File.WriteAllTextAsync(half, "half", Stop);
        string path = Path.Combine(_hub.Cache, ".locks", "models--org--model", hash + ".lock");
        await using (new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            _hub.Hub().Remove(HubFixture.Id);
            Assert.True(File.Exists(half));
        }

        _hub.Hub().Remove(HubFixture.Id);
        Assert.False(Directory.Exists(_hub.Repository));
    }

    [Fact]
    public async Task Export_AndImport_GiveTheSameModel()
    {
        _hub.Server.With("1_Pooling/config.json", "{}");
        var model = await _hub.DownloadAsync();
        string archive = _hub.At("model.tar");
        await _hub.Hub().ExportAsync(model, archive, cancellationToken: Stop);
        await using var other = new HubFixture();

        var imported = await other.Hub().ImportAsync(archive, cancellationToken: Stop);

        Assert.Equal((model.Repository, model.Commit, model.Size), (imported.Repository, imported.Commit, imported.Size));
        Assert.Equal(imported.Folder, other.Hub().Find(HubFixture.Id)?.Folder);
        Assert.Equal("../../../blobs/" + _hub.Server.HashOf("1_Pooling/config.json"),
            new FileInfo(Path.Combine(imported.Folder, "1_Pooling", "config.json")).LinkTarget);
        Assert.All(await other.Hub().VerifyAsync(imported, cancellationToken: Stop), check => Assert.Equal(HubFileState.Ok, check.State));
    }

    [Fact]
    public async Task Export_Twice_IsTheSameFile()
    {
        var model = await _hub.DownloadAsync();
        await _hub.Hub().ExportAsync(model, _hub.At("a.tar"), cancellationToken: Stop);
        await _hub.Hub().ExportAsync(model, _hub.At("b.tar"), cancellationToken: Stop);

        Assert.Equal(await File.ReadAllBytesAsync(_hub.At("a.tar"), Stop), await File.ReadAllBytesAsync(_hub.At("b.tar"), Stop));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    public async Task Import_DamagedOrCutArchive_LeavesNoModel(int cut)
    {
        var model = await _hub.DownloadAsync();
        string archive = _hub.At("model.tar");
        await _hub.Hub().ExportAsync(model, archive, cancellationToken: Stop);
        byte[] bytes = await File.ReadAllBytesAsync(archive, Stop);
        bytes[bytes.AsSpan().IndexOf(HubFixture.Weights.AsSpan(0, 64))] ^= 1;
        await File.WriteAllBytesAsync(archive, cut == 0 ? bytes : bytes[..(bytes.Length / 2)], Stop);
        await using var other = new HubFixture();

        await Assert.ThrowsAsync<InvalidDataException>(() => other.Hub().ImportAsync(archive, cancellationToken: Stop));

        Assert.Empty(other.Hub().List());
        Assert.DoesNotContain(
            Directory.GetFiles(other.Cache, "*", SearchOption.AllDirectories),
            path => Path.GetFileName(path) == _hub.Server.HashOf("model.safetensors"));
    }

    [Theory]
    [InlineData("../evil", TarEntryType.RegularFile, null)]
    [InlineData("models--a--b/../../evil", TarEntryType.RegularFile, null)]
    [InlineData("models--a--b/refs/../../evil", TarEntryType.RegularFile, null)]
    [InlineData("models--a--b/blobs/../../evil", TarEntryType.RegularFile, null)]
    [InlineData("models--a--b/snapshots/0123456789abcdef0123456789abcdef01234567/x", TarEntryType.SymbolicLink, "/etc/passwd")]
    [InlineData("models--a--b/snapshots/0123456789abcdef0123456789abcdef01234567/x", TarEntryType.SymbolicLink, "../../../evil")]
    [InlineData("models--a--b/snapshots/0123456789abcdef0123456789abcdef01234567/x", TarEntryType.HardLink, "../../blobs/x")]
    [InlineData("notes.txt", TarEntryType.RegularFile, null)]
    public async Task Import_EntriesOfOtherPlaces_AreRefused(string name, TarEntryType type, string? link)
    {
        string archive = _hub.At("evil.tar");
        await using (var output = File.Create(archive))
        {
            await using var writer = new TarWriter(output);
            var entry = new PaxTarEntry(type, name);
            if (link is null)
            {
                entry.DataStream = new MemoryStream("0123456789abcdef0123456789abcdef01234567"u8.ToArray());
            }
            else
            {
                entry.LinkName = link;
            }

            await writer.WriteEntryAsync(entry, Stop);
        }

        var error = await Assert.ThrowsAsync<InvalidDataException>(() => _hub.Hub().ImportAsync(archive, cancellationToken: Stop));

        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_hub.Cache, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Import_LinkWhoseNameLeadsOut_IsRefused()
    {
        string hash = "ce013625030ba8dba906f756967f9e9ca394464a";
        string archive = _hub.At("evil.tar");
        await using (var output = File.Create(archive))
        {
            await using var writer = new TarWriter(output);
            await writer.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.RegularFile, $"models--a--b/blobs/{hash}")
                {
                    DataStream = new MemoryStream("hello\n"u8.ToArray()),
                },
                Stop);
            await writer.WriteEntryAsync(
                new PaxTarEntry(TarEntryType.SymbolicLink, $"models--a--b/snapshots/{LoopbackHub.Commit}/../../../../evil")
                {
                    LinkName = $"../../blobs/{hash}",
                },
                Stop);
        }

        await Assert.ThrowsAsync<InvalidDataException>(() => _hub.Hub().ImportAsync(archive, cancellationToken: Stop));

        Assert.False(Path.Exists(_hub.At("evil")));
    }

    private void WriteCached(string folder, params string[] files)
    {
        string root = Path.Combine(_hub.Cache, folder);
        foreach (string part in new[] { "blobs", "refs", $"snapshots/{LoopbackHub.Commit}" })
        {
            Directory.CreateDirectory(Path.Combine(root, part));
        }

        File.WriteAllText(Path.Combine(root, "refs", "main"), LoopbackHub.Commit);
        foreach (string file in files)
        {
            string hash = new(file[0], 40);
            File.WriteAllText(Path.Combine(root, "blobs", hash), "content");
            File.CreateSymbolicLink(Path.Combine(root, "snapshots", LoopbackHub.Commit, file), $"../../blobs/{hash}");
        }
    }
}
