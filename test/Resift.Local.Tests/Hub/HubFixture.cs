using Resift.Local.Tests.Models;
using Resift.Testing;

namespace Resift.Local.Tests.Hub;

/// <summary>A hub of this machine with a small model, and a cache.</summary>
internal sealed class HubFixture : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    public HubFixture()
    {
        Server = new LoopbackHub()
            .With("config.json", """{"model_type":"bert"}""")
            .With("tokenizer.json", "{}")
            .With("README.md", "---\nlicense: apache-2.0\n---\n")
            .With("model.safetensors", Weights)
            .With("pytorch_model.bin", "pickle")
            .With("flax_model.msgpack", "other");
    }

    /// <summary>Gets some hundred kilobytes, so that they come in several reads.</summary>
    public static byte[] Weights { get; } = RandomBytes(700_000, seed: 1);

    public static HubModelId Id { get; } = HubModelId.Parse(LoopbackHub.Repository);

    public LoopbackHub Server { get; }

    public string Cache => Path.Combine(_folder.Path, "hub");

    public string Repository => Path.Combine(Cache, "models--org--model");

    public string Snapshot => Path.Combine(Repository, "snapshots", Server.Head);

    public List<TimeSpan> Pauses { get; } = [];

    public List<HubProgress> Reports { get; } = [];

    public static byte[] RandomBytes(int count, int seed)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public string At(string name) => Path.Combine(_folder.Path, name);

    public string Blob(string path) => Path.Combine(Repository, "blobs", Server.HashOf(path));

    public ModelHub Hub(string? token = null, bool links = true, Func<string, long>? freeSpace = null) =>
        new(
            new() { CacheFolder = Cache, Endpoint = Server.Address, Token = token },
            httpClient: null,
            (pause, _) =>
            {
                Pauses.Add(pause);
                return Task.CompletedTask;
            },
            links)
        {
            FreeSpace = freeSpace ?? (_ => long.MaxValue),
        };

    /// <summary>Downloads the model.</summary>
    public async Task<CachedModel> DownloadAsync(
        string? token = null, HubModelId? id = null, bool links = true, CancellationToken? cancellationToken = null)
    {
        var stop = cancellationToken ?? TestContext.Current.CancellationToken;
        using var hub = Hub(token, links);
        var model = await hub.GetInfoAsync(id ?? Id, stop);
        return await hub.DownloadAsync(model, progress: new Listener(Reports.Add), cancellationToken: stop);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Hears at once and in order, which <see cref="Progress{T}"/> does not promise.</summary>
    public sealed class Listener(Action<HubProgress> heard) : IProgress<HubProgress>
    {
        public void Report(HubProgress value) => heard(value);
    }
}
