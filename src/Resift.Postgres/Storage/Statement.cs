using System.Text;
using Npgsql;

namespace Resift.Postgres;

/// <summary>A statement while it is put together: whatever comes from outside becomes a parameter.</summary>
internal sealed class Statement
{
    private readonly StringBuilder _text = new();
    private readonly List<NpgsqlParameter> _parameters = [];

    /// <summary>Adds text of ours.</summary>
    public Statement Add(string sql)
    {
        _text.Append(sql);
        return this;
    }

    /// <summary>Adds a value.</summary>
    /// <returns>What stands for it in the text.</returns>
    public string Value<T>(T value)
        where T : notnull
    {
        _parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
        return $"${_parameters.Count}";
    }

    public NpgsqlBatchCommand ToBatchCommand()
    {
        var command = new NpgsqlBatchCommand(_text.ToString());
        _parameters.ForEach(parameter => command.Parameters.Add(parameter));
        return command;
    }

    public NpgsqlCommand ToCommand(NpgsqlConnection connection)
    {
        var command = new NpgsqlCommand(_text.ToString(), connection);
        _parameters.ForEach(parameter => command.Parameters.Add(parameter));
        return command;
    }
}
