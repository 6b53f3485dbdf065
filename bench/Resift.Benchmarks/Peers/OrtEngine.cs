using Microsoft.ML.OnnxRuntime;

namespace Resift.Benchmarks;

/// <summary>Scores encoded pairs through ONNX Runtime in the way that a setting says.</summary>
internal sealed class OrtEngine : IDisposable
{
    private static readonly string[] _inputs = ["input_ids", "attention_mask", "token_type_ids"];
    private static readonly string[] _outputs = ["logits"];

    private readonly OrtSetting _setting;
    private readonly PrePackedWeightsContainer _weights = new();
    private readonly InferenceSession[] _sessions;
    private readonly long[][] _buffers;

    public OrtEngine(OrtSetting setting)
    {
        _setting = setting;
        _buffers = [.. Enumerable.Repeat(Array.Empty<long>(), setting.Workers)];
        using var options = Options(setting);
        int sessions = setting.SessionPerWorker ? setting.Workers : 1;
        _sessions = [.. Enumerable.Range(0, sessions).Select(_ => sessions == 1
            ? new InferenceSession(setting.Graph, options)
            : new InferenceSession(setting.Graph, options, _weights))];
    }

    public float[] Score(IReadOnlyList<EncodedPair> pairs)
    {
        float[] scores = new float[pairs.Count];
        var batches = _setting.Batching.Cut(pairs);
        int next = -1;

        void Work(int worker)
        {
            for (int batch; (batch = Interlocked.Increment(ref next)) < batches.Count;)
            {
                Run(worker, pairs, batches[batch], scores);
            }
        }

        var others = new Task[_setting.Workers - 1];
        for (int i = 0; i < others.Length; i++)
        {
            int worker = i + 1;
            others[i] = Task.Run(() => Work(worker));
        }

        Work(0);
        Task.WaitAll(others);
        return scores;
    }

    public void Dispose()
    {
        foreach (var session in _sessions)
        {
            session.Dispose();
        }

        _weights.Dispose();
    }

    private static SessionOptions Options(OrtSetting setting)
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = setting.IntraThreads,
            GraphOptimizationLevel = setting.Level,
            EnableCpuMemArena = setting.Arena,
            EnableMemoryPattern = setting.MemoryPattern,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", setting.Spinning ? "1" : "0");
        // Engines take turns in one process: a pool that spins on after its call would slow the next one down.
        options.AddSessionConfigEntry("session.force_spinning_stop", "1");
        options.AddSessionConfigEntry("session.set_denormal_as_zero", setting.DenormalsAsZero ? "1" : "0");
        options.AddSessionConfigEntry("optimization.enable_gelu_approximation", setting.GeluApproximation ? "1" : "0");
        return options;
    }

    private void Run(int worker, IReadOnlyList<EncodedPair> pairs, int[] batch, float[] scores)
    {
        int length = batch.Max(i => pairs[i].Ids.Length);
        int size = batch.Length * length;
        if (_buffers[worker].Length < 3 * size)
        {
            _buffers[worker] = new long[3 * size];
        }

        var ids = _buffers[worker].AsMemory(0, size);
        var mask = _buffers[worker].AsMemory(size, size);
        var types = _buffers[worker].AsMemory(2 * size, size);
        for (int row = 0; row < batch.Length; row++)
        {
            int start = row * length;
            Fill(pairs[batch[row]], ids.Span.Slice(start, length), mask.Span.Slice(start, length), types.Span.Slice(start, length));
        }

        float[] logits = new float[batch.Length];
        long[] shape = [batch.Length, length];
        using var idValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, ids, shape);
        using var maskValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, mask, shape);
        using var typeValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, types, shape);
        using var logitValue = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, logits.AsMemory(), [batch.Length, 1]);
        using var options = new RunOptions();
        _sessions[worker % _sessions.Length].Run(options, _inputs, [idValue, maskValue, typeValue], _outputs, [logitValue]);
        for (int row = 0; row < batch.Length; row++)
        {
            scores[batch[row]] = logits[row];
        }
    }

    private static void Fill(EncodedPair pair, Span<long> ids, Span<long> mask, Span<long> types)
    {
        ids.Clear();
        mask.Clear();
        types.Clear();
        for (int i = 0; i < pair.Ids.Length; i++)
        {
            ids[i] = pair.Ids[i];
            mask[i] = 1;
            types[i] = i < pair.FirstSegmentLength ? 0 : 1;
        }
    }
}
