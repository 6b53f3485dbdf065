using Microsoft.ML.OnnxRuntime;

namespace Resift.Benchmarks;

/// <summary>The ways in which ONNX Runtime takes part.</summary>
internal sealed class OrtPeers : IDisposable
{
    private const string Folder = "models/onnx";
    private const int SortedBatch = 32;

    private readonly List<OrtEngine> _owned = [];
    private readonly string _int8Graph = Path.Combine(Path.GetTempPath(), $"resift-bench-{Guid.NewGuid():N}.onnx");

    private OrtPeers(string folder, int threads, IReadOnlyList<EncodedPair[]> requests, TimeBox box, TextWriter output)
    {
        string exported = Path.Combine(folder, "resift-mini-v2.onnx");
        string cut = Path.Combine(folder, "resift-mini-v2.cls.onnx");
        var whole = new OrtBatching(OrtBatchingKind.AsGiven, requests.Max(request => request.Length));
        var padded = new OrtSetting(exported, whole, Workers: 1, threads);
        Padded = Add("ort-padded", padded);
        Sorted = Add("ort-sorted", padded with { Batching = new(OrtBatchingKind.Sorted, SortedBatch) });

        output.WriteLine($"ONNX Runtime {OrtEnv.Instance().GetVersionString()}, tuned on this machine:");
        var best = new OrtTuner([cut, exported], threads, requests, Padded.Score(requests[0]), box, output).FindBest();
        output.WriteLine($"ort-best is:   {best}");
        output.WriteLine();
        Best = Add("ort-best", best);

        File.WriteAllBytes(_int8Graph, OrtInt8Graph.Create(cut));
        output.WriteLine("its int8 (dynamic quantisation), with the switches of ort-best:");
        var int8 = new OrtTuner([_int8Graph], threads, requests, [], new(box.Length / 3), output).FindShape();
        int8 = best with { Graph = _int8Graph, Batching = int8.Batching, Workers = int8.Workers, IntraThreads = int8.IntraThreads };
        Int8 = Add("ort-int8", int8) with { IsExact = false };
        output.WriteLine($"ort-int8 is:   {int8}");
        output.WriteLine();
    }

    /// <summary>Gets the exported graph with one padded batch and default options.</summary>
    public PeerEngine Padded { get; }

    /// <summary>Gets the exported graph with length-sorted batches of 32.</summary>
    public PeerEngine Sorted { get; }

    /// <summary>Gets the fastest setting that tuning found.</summary>
    public PeerEngine Best { get; }

    /// <summary>Gets the graph with int8 products, in the batches that suit it best.</summary>
    public PeerEngine Int8 { get; }

    /// <summary>Loads and tunes the peers, or gives null where the graphs are not on this machine.</summary>
    public static OrtPeers? LoadOrNull(int threads, IReadOnlyList<EncodedPair[]> requests, TimeBox box, TextWriter output)
    {
        if (Repository.SharedOrNull(Folder) is { } folder)
        {
            return new(folder, threads, requests, box, output);
        }

        output.WriteLine($"ONNX Runtime is absent: its graphs are expected in ../shared/{Folder} beside the repository.");
        return null;
    }

    public void Dispose()
    {
        foreach (var engine in _owned)
        {
            engine.Dispose();
        }

        File.Delete(_int8Graph);
    }

    private PeerEngine Add(string name, OrtSetting setting)
    {
        var engine = new OrtEngine(setting);
        _owned.Add(engine);
        return new(name, engine.Score);
    }
}
