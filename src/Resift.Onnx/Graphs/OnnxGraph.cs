using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Resift.Onnx.Graphs;

/// <summary>A graph in a session of ONNX Runtime, asked by the names of its inputs. Safe for concurrent use.</summary>
internal sealed class OnnxGraph : IDisposable
{
    private static readonly Dictionary<string, InputRole> _roles = new()
    {
        ["input_ids"] = InputRole.Ids,
        ["attention_mask"] = InputRole.Mask,
        ["token_type_ids"] = InputRole.Types,
        ["position_ids"] = InputRole.Positions,
    };

    private readonly InferenceSession _session;

    private OnnxGraph(string path, InferenceSession session)
    {
        Path = path;
        _session = session;
        foreach (var (name, input) in session.InputMetadata)
        {
            ThrowUnlessKnown(name, input);
        }

        if (!session.InputMetadata.ContainsKey("input_ids"))
        {
            throw new NotSupportedException($"{path} has no input input_ids, but {string.Join(", ", Inputs)}; expected a graph that " +
                "reads tokens.");
        }
    }

    public string Path { get; }

    public IReadOnlyList<string> Inputs => _session.InputNames;

    public IReadOnlyList<string> Outputs => _session.OutputNames;

    /// <summary>Loads a graph.</summary>
    /// <exception cref="FileNotFoundException">A file with weights is missing.</exception>
    /// <exception cref="InvalidDataException">The file is no graph, or damaged.</exception>
    /// <exception cref="NotSupportedException">It wants something else than tokens.</exception>
    public static OnnxGraph Load(string path, OnnxModelOptions options)
    {
        ExternalData.Files(path);
        using var settings = Settings(options);
        InferenceSession session;
        try
        {
            session = new(path, settings);
        }
        catch (OnnxRuntimeException e)
        {
            throw new InvalidDataException($"{path}: ONNX Runtime cannot load the graph: {e.Message} If it is damaged, fetch it again; " +
                "if it has an operator that this version or the execution provider does not know, export it for an older opset.", e);
        }

        try
        {
            return new(path, session);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Gets the number of an output's axes.</summary>
    /// <exception cref="NotSupportedException">The output is not one of numbers that can be read.</exception>
    public int RankOf(string output)
    {
        var metadata = _session.OutputMetadata[output];
        return metadata.IsTensor && OutputTensor.CanRead(metadata.ElementDataType)
            ? metadata.Dimensions.Length
            : throw new NotSupportedException($"{Path}: the output {output} is of the type {metadata.ElementDataType}; supported: " +
                "tensors of float and float16.");
    }

    /// <summary>Finds how many numbers the output of a head has in its last axis, by computing a batch.</summary>
    /// <exception cref="InvalidDataException">The output has not the axes of the batch, or the graph fails.</exception>
    public int WidthOf(GraphHead head, PaddedBatch batch)
    {
        try
        {
            var (shape, shown) = Run(batch, head.Output, tensor => (tensor.Shape, tensor.ShownShape), CancellationToken.None);
            long[] expected = head.IsOfTokens ? [batch.Rows, batch.Length] : [batch.Rows];
            bool isOfBatch = shape.Count == expected.Length + 1 && shape.Take(expected.Length).SequenceEqual(expected);
            return isOfBatch && shape[^1] is > 0 and var width
                ? checked((int)width)
                : throw new InvalidDataException($"{Path}: the output {head.Output} has the shape {shown} for {batch.Rows} sequences of " +
                    $"{batch.Length} tokens; expected [{string.Join(", ", expected)}, …]. Export it with dynamic axes.");
        }
        catch (RerankerException e)
        {
            throw new InvalidDataException($"{Path}: the graph does not run on a short input: {e.InnerException?.Message}", e);
        }
    }

    /// <summary>Computes a batch.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="output">The output that is wanted; nothing else is computed.</param>
    /// <param name="read">Reads it, before its memory is given back.</param>
    /// <param name="cancellationToken">Stops the run.</param>
    /// <exception cref="RerankerException">The run failed.</exception>
    public T Run<T>(PaddedBatch batch, string output, Func<OutputTensor, T> read, CancellationToken cancellationToken)
    {
        var inputs = new List<OrtValue>();
        using var run = new RunOptions();
        using var registration = cancellationToken.UnsafeRegister(static run => ((RunOptions)run!).Terminate = true, run);
        try
        {
            inputs.AddRange(Inputs.Select(name => Tensor(batch, name)));
            using var outputs = _session.Run(run, Inputs, inputs, [output]);
            return read(new(outputs[0]));
        }
        catch (OnnxRuntimeException e)
        {
            // A run that is told to stop fails like any other.
            cancellationToken.ThrowIfCancellationRequested();
            throw new RerankerException($"ONNX Runtime failed on {batch.Rows} sequences of {batch.Length} tokens: {e.Message} Where " +
                $"memory is short, set {nameof(OnnxModelOptions.BatchTokens)} or {nameof(OnnxModelOptions.MaxTokens)} to less.", e);
        }
        finally
        {
            inputs.ForEach(input => input.Dispose());
        }
    }

    public void Dispose() => _session.Dispose();

    private static SessionOptions Settings(OnnxModelOptions options)
    {
        var settings = new SessionOptions
        {
            IntraOpNumThreads = options.ThreadsPerRun,

            // Plans of memory are made for one shape; batches have ever other ones.
            EnableMemoryPattern = false,

            // Whatever goes wrong is thrown, and need not be on the console as well.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };

        // Threads that wait for the next batch by spinning take the processor from everything else.
        settings.AddSessionConfigEntry("session.force_spinning_stop", "1");
        try
        {
            options.ConfigureSession?.Invoke(settings);
            return settings;
        }
        catch
        {
            settings.Dispose();
            throw;
        }
    }

    private void ThrowUnlessKnown(string name, NodeMetadata input)
    {
        if (!_roles.ContainsKey(name))
        {
            throw new NotSupportedException($"{Path} wants an input '{name}'; supported: {string.Join(", ", _roles.Keys)}. Export the " +
                "model without it (decoders: for one pass, without past key values).");
        }

        if (!input.IsTensor || input.ElementDataType is not (TensorElementType.Int64 or TensorElementType.Int32))
        {
            throw new NotSupportedException($"{Path}: the input {name} is of the type {input.ElementDataType}; supported: tensors of " +
                "int64 and int32.");
        }

        if (input.Dimensions is not [< 0, < 0])
        {
            throw new NotSupportedException($"{Path}: the input {name} has the fixed shape [{string.Join(", ", input.Dimensions)}]; " +
                "expected two axes of any size, batch and sequence (-1). Export it with dynamic axes.");
        }
    }

    private OrtValue Tensor(PaddedBatch batch, string name)
    {
        long[] shape = [batch.Rows, batch.Length];
        return _session.InputMetadata[name].ElementDataType == TensorElementType.Int64
            ? OrtValue.CreateTensorValueFromMemory(batch.Values(_roles[name], value => (long)value), shape)
            : OrtValue.CreateTensorValueFromMemory(batch.Values(_roles[name], value => value), shape);
    }
}
